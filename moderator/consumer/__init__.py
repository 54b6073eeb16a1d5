"""Comments in: Faust's consumer group, and what is added so that no comment is lost silently."""
