"""What happened on an account and who did it; only ever added to."""
