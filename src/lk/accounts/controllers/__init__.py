"""Pages about an account itself: its name, its confirmation, who else reaches it."""
