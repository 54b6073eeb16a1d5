"""The page on which people decide about held comments; its state lives in Kafka."""
