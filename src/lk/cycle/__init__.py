"""The month that runs by itself: which steps are owed, claimed once, done account by account."""
