"""What staff did: searched, read in words, and shown to be as it was when it was sealed."""
