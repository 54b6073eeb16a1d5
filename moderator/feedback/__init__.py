"""What people decided about comments: the record, and where it is kept."""
