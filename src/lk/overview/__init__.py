"""The first page of the cabinet."""
