"""Letters: an outbox written together with what it tells, and the transports that empty it."""
