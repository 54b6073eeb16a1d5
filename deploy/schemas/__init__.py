"""JSON Schemas of the records on the topics, made from `moderator.records`."""
