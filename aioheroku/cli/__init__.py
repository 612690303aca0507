"""The command `aioheroku`: argument parsing and printing only. Its libraries come with the extra `cli`."""

import sys

_EXTRA = frozenset({"click", "rich"})


def main() -> None:
    """Run the command; say how to install what it needs where that is missing."""
    try:
        from aioheroku.cli._commands import cli  # noqa: PLC0415 - the library goes without the extra
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        sys.stderr.write(f"aioheroku: {error.name} is missing: run pip install 'aioheroku[cli]'\n")
        sys.exit(2)
    cli(prog_name="aioheroku")
