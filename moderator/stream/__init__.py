"""The worker: from the topic of comments to confirmed verdicts."""
