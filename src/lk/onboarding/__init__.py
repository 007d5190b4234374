"""The way from a paper bill to the resident's own login and password."""
