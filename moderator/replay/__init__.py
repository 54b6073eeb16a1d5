"""Replaying seed files through the pipeline or the topic."""
