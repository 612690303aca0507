"""`--journal` and `--resume`: checks before anything is sent."""

from collections.abc import Sequence
from pathlib import Path

import click


def check_journals(journals: Sequence[Path], *, resume: bool) -> None:
    """Refuse to overwrite an unfinished journal, and to resume one that does not exist.

    Args:
        journals: the files, one for each account; none without `--journal`.
        resume: whether `--resume` was given.

    Raises:
        UsageError: it says what to give instead.
    """
    if resume and not journals:
        raise click.UsageError("--resume needs --journal FILE, the journal to continue.")
    for journal in journals:
        if not journal.absolute().parent.is_dir():
            raise unusable(journal, "its folder does not exist")
    begun = list(filter(_is_begun, journals))
    if resume and not begun:
        raise unusable(journals[0], "there is nothing to resume. Leave out --resume to start")
    if begun and not resume:
        raise unusable(begun[0], "the file exists. Continue it with --resume, or give another file")


def unusable(journal: Path, problem: str) -> click.UsageError:
    """The error about a journal."""
    return click.UsageError(f"Invalid value for '--journal' {str(journal)!r}: {problem}.")


def _is_begun(journal: Path) -> bool:
    return journal.exists() and (not journal.is_file() or journal.stat().st_size > 0)
