"""Commands for policy owners: policies, lexicons, models, thresholds, and what people decided."""
