"""Commands for operators: worker, doctor, topics, dlq, tap, top, settings."""
