"""A copy of the whole database in one file, made while lk serves, and the way back from it."""
