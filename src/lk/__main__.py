"""`python -m lk`."""

from lk.cli import main

main()
