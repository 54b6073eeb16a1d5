"""Comments in from a Kafka topic, verdicts and dead letters out, at least once each."""
