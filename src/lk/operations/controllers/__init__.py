"""Pages on which operators move money and compare it, beside the month's board."""
