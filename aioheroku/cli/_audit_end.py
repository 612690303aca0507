"""What `aioheroku audit` prints before it starts and when it ends: the price, what is left, what changed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TextIO

from aioheroku.audit import Audit
from aioheroku.audit._changes import Change
from aioheroku.audit._since import Earlier
from aioheroku.cli._formatting import count, duration, names
from aioheroku.cli._streams import echo, write
from aioheroku.errors import printable


def print_price(audit: Audit, apps: int, latency: float, budget: int | None) -> None:
    """Print the price of an account's audit."""
    price = audit.price(apps, latency=latency)
    pool, saved = audit.heroku.pool, audit.progress.unchanged.total()
    known = pool.snapshot()
    assumed = "" if price.certain else " assumed"
    short = f", {known.refill:,.0f} more an hour{assumed}{price.others}" if pool.eta(price.calls) else ": no waiting"
    account = f"{audit.account}: " if audit.account else ""
    known_parts = [f"{count(saved, 'part')} as before"] * (saved > 0)
    if audit.progress.recorded:
        known_parts.append(f"{count(audit.progress.recorded, 'part')} in the journal")
    unchanged = f" ({', '.join(known_parts)})" if known_parts else ""
    echo(
        f"{account}{count(apps, 'app')}, {count(len(audit.include), 'part')} each{unchanged}: "
        f"{count(price.calls, 'call')}, {count(price.tokens, 'token')}, about {duration(price.seconds)} "
        f"({count(known.remaining, 'token')} left{short})."
    )
    if budget is not None and audit.progress.tokens + price.tokens > budget:
        echo(f"{account}The budget of {count(budget, 'token')} is not enough: some apps will be left.")


def print_left(audits: Iterable[Audit]) -> None:
    """Print the apps that the budget did not cover."""
    left = sorted(name for audit in audits for name in audit.progress.left.values())
    echo(f"The budget is spent: {count(len(left), 'app')} {'is' if len(left) == 1 else 'are'} left: {names(left)}.")


def print_changes(audits: Sequence[Audit], since: Earlier, stream: TextIO | None) -> None:
    """Print the changes since the earlier report: on the stream, else on standard error."""
    changes = sorted(changes_of(audits), key=lambda one: (one.account or "", one.name))
    kinds = Counter(change.kind for change in changes)
    saved = sum(audit.progress.kept for audit in audits)
    counts = [f"{kinds[kind]:,} {kind}" for kind in ("new", "gone", "changed") if kinds[kind]]
    about = ", ".join(counts) or "nothing changed"
    lines = [f"Since {printable(str(since.path))}: {about}; {count(saved, 'token')} saved."]
    lines += [f"  {printable(str(change))}" for change in changes]
    if stream is not None:
        write(stream, "\n".join(["", *lines]))
    else:
        echo("\n".join(lines))


def changes_of(audits: Sequence[Audit]) -> list[Change]:
    """The changes since the earlier report, of all accounts."""
    return [change for audit in audits for change in audit.progress.changes]
