"""Commands for policy owners: lexicon, model."""
