"""Bills: an account's kilowatt-hours of one period turned into lines that explain themselves."""
