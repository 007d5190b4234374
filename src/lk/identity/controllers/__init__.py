"""The door and what is behind it, one class a resource."""
