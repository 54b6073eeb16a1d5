"""Requests become batches: bounded queues, and how long they will take."""
