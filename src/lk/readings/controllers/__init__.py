"""The link of a letter or of a paper bill; the receipt of a reading and its photo."""
