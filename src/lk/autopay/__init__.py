"""Money that a resident lets take itself: what is charged, when, and what happened each month."""
