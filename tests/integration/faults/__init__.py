"""Everything that can go wrong, on a schedule, and a ledger that says whether it mattered."""
