"""How messages to people put things: counts, likely spellings, commands to be copied."""
