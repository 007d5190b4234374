"""The one append-only book of money, and the balance read from it."""
