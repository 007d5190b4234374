"""A small invented town with one account for every situation."""
