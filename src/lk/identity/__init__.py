"""Who signs in: users, agents, sessions, passwords, limits and the access matrix."""
