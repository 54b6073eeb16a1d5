"""Commands for operators: processes, checks, topics, dead letters, verdicts, settings."""
