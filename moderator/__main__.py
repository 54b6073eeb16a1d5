"""`python -m moderator` is the `moderator` command."""

from moderator.cli.main import main

main()
