"""What `moderator doctor` checks, and the form of a check's result."""
