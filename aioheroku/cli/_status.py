"""Exit statuses of the commands."""

from typing import Final

DONE: Final = 0
"""Everything requested is done."""
FAILED: Final = 1
"""Something failed, or is left."""
WRONG: Final = 2
"""Options, files or credentials that cannot be used: nothing was changed."""
FOUND: Final = 3
"""There is a finding of `--fail-on`."""
INTERRUPTED: Final = 130
"""Ctrl-C or SIGTERM."""
CLOSED: Final = 141
"""Nobody reads the output any more, as with `| head`: the status that a shell reports of a command ended by SIGPIPE."""
