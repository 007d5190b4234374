"""The agent's desk: find the account, see the cabinet as its resident does."""
