"""The split of a comment into its author's own words and what is quoted from others."""
