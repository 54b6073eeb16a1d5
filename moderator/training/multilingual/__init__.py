"""What a second model, for languages other than English, starts from: encoder and vocabulary."""
