"""Pages about oneself beyond the way in."""
