"""The lexicon: terms, their data, and the matcher that finds them."""
