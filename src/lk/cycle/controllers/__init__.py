"""Pages on which operators watch the month."""
