"""What another policy, lexicon or model would have made of comments that were already judged."""
