"""`python -m aioheroku`: the command."""

from aioheroku.cli import main

if __name__ == "__main__":
    main()
