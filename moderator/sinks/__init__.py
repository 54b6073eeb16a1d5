"""Where verdicts and dead letters go: a protocol, and one module for each kind of sink."""
