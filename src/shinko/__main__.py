"""python -m shinko: the command, where its script isn't on the path."""

from shinko.cli import main

main()
