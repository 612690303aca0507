"""`aioheroku simulate`: the simulated platform, as a server."""

import sys

import click

from aioheroku.cli._status import FAILED
from aioheroku.cli._streams import prepare, print_problem


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def simulate(arguments: tuple[str, ...]) -> None:
    """Serve a simulated platform (--help shows its options).

    The first line of output is JSON with its address and a token; Ctrl-C ends it.
    """
    if not prepare():
        print_problem("standard output is closed.")
        sys.exit(FAILED)
    from aioheroku.testing.__main__ import main  # noqa: PLC0415 - not for a closed output

    main(arguments)
