"""A worker's metrics, read back from its port and made into figures for people."""
