"""Where scored items are kept: in memory, in Redis, or in both."""
