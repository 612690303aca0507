"""The command `aioheroku`: argument parsing and output only. Its dependencies come with the extra `cli`."""

import sys

_EXTRA = frozenset({"click", "rich"})


def main() -> None:
    """Run the command; if a dependency is missing, print how to install it."""
    try:
        from aioheroku.cli._commands import cli  # noqa: PLC0415 - click and rich are an extra

        cli(prog_name="aioheroku")
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        sys.stderr.write(f"aioheroku: {error.name} is missing: run pip install 'aioheroku[cli]'\n")
        sys.exit(2)
