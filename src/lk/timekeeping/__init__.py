"""Whether the machine's clock is to be believed: while it is in doubt, whatever money or a term hangs on waits."""
