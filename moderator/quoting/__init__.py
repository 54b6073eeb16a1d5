"""What of a comment its author says, and what is quoted."""
