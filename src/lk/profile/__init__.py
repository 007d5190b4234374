"""A user's own affairs: consents, a copy of all own data, the closing of the cabinet."""
