"""Public pages: start, step-by-step instruction."""
