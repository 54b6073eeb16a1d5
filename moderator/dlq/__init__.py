"""The dead-letter topic: its records, reading them, and putting them back."""
