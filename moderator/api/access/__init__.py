"""Who may ask: tokens, rate limits, and where the server may listen."""
