"""Bank cards that a user linked: the acquirer keeps them, lk knows the last four digits."""
