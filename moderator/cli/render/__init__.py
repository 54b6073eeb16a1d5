"""Tables and formats that commands share."""
