"""A drop-in for Perspective's comment analyzer, v1alpha1: its requests, answers and errors."""
