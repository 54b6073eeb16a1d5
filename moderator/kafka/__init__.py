"""Clients of the broker: settings, topics, checks, producers and consumers."""
