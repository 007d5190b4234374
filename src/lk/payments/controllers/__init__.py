"""Pages of payments beside those of one account."""
