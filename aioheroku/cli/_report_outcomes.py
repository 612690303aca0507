"""The outcome of each app: JSON lines as they come, or a table at the end."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final, Literal, TextIO

from attrs import define, field, frozen
from rich import box
from rich.table import Table
from rich.text import Text

from aioheroku._campaigns.outcomes import Done, Failed, Outcome, Planned, Unknown
from aioheroku.cli._formatting import count
from aioheroku.cli._report import console_for
from aioheroku.cli._streams import write
from aioheroku.cli._task import Target
from aioheroku.errors import APIError, DryRun, HerokuError, printable

Status = Literal["done", "planned", "left", "failed", "unknown"]
_ORDER: Final[Sequence[Status]] = ("done", "planned", "left", "failed", "unknown")
"""What needs attention comes last: a terminal shows the end of a long table."""
_FINE: Final[Sequence[Status]] = ("done", "planned")
_STYLE: Final = {"done": "green", "planned": "cyan", "left": "yellow", "failed": "red", "unknown": "bold red"}
_MOST_ROWS: Final = 50
"""In a longer table, what needs attention would be lost."""


@frozen(kw_only=True)
class Row:
    """The outcome of an app."""

    app: Target
    status: Status
    resumed: bool = False
    tokens: int = 0
    seconds: float = 0.0
    result: Any = None
    requests: tuple[DryRun, ...] = ()
    error: str = ""
    message: str = ""
    short: str = ""
    """The message for a cell of the table."""
    request_id: str | None = None

    @classmethod
    def of(cls, outcome: Outcome[Target, Any]) -> "Row":
        """The row of an outcome."""
        app, tokens, seconds = outcome.item, outcome.tokens, round(outcome.seconds, 3)
        match outcome:
            case Done(value=value, resumed=resumed):
                value = None if value is True else value  # found done by `verify`; the call returns nothing
                return cls(app=app, status="done", resumed=resumed, tokens=tokens, seconds=seconds, result=value)
            case Planned(requests=requests):
                return cls(app=app, status="planned", tokens=tokens, seconds=seconds, requests=requests)
            case Failed(error=error, resumed=resumed) | Unknown(error=error, resumed=resumed):
                # The text of a foreign exception may quote anything, secrets included.
                message = str(error) if isinstance(error, HerokuError) else "unexpected: please report it"
                return cls(
                    app=app,
                    status="failed" if isinstance(outcome, Failed) else "unknown",
                    resumed=resumed,
                    tokens=tokens,
                    seconds=seconds,
                    error=type(error).__name__,
                    message=printable(message),
                    short=_short(error) or printable(message),
                    request_id=getattr(error, "request_id", None),
                )

    def as_json(self) -> dict[str, Any]:
        """The row as plain JSON data, without what it does not have."""
        data: dict[str, Any] = {"app": self.app.name, "id": str(self.app.id), "status": self.status}
        data |= {"resumed": self.resumed, "tokens": self.tokens, "seconds": self.seconds}
        if self.result is not None:
            data["result"] = self.result
        if self.requests:
            data["requests"] = [{"method": one.method, "path": one.path, "body": one.body} for one in self.requests]
        if self.message:
            data["error"] = {"type": self.error, "message": self.message, "request_id": self.request_id}
        return data

    def about(self) -> str:
        """The last cell of the row."""
        if self.message:
            return self.short
        if self.requests:
            return ", ".join(map(_request, self.requests))
        text = self.result if isinstance(self.result, str) else ""
        return f"{text} (by an earlier run)".strip() if self.resumed else text


def _short(error: BaseException) -> str:
    """What the platform says, without the request and the advice."""
    if not isinstance(error, APIError):
        return ""
    return printable(" ".join(filter(None, (str(error.status), error.id or "", error.message))))


def _request(one: DryRun) -> str:
    return f"{one.method} {one.path}" if one.body is None else f"{one.method} {one.path} {json.dumps(one.body)}"


@define
class Outcomes:
    """Receives rows as they come, and counts them."""

    stream: TextIO
    as_lines: bool
    counts: Counter[Status] = field(factory=Counter[Status])
    _rows: list[Row] = field(factory=list[Row])

    def add(self, row: Row) -> None:
        """Write the row, or keep it for the table."""
        self.counts[row.status] += 1
        if self.as_lines:
            write(self.stream, json.dumps(row.as_json()))
        else:
            self._rows.append(row)

    def close(self) -> None:
        """Write the table; a long one lists only what needs attention."""
        rows = sorted(self._rows, key=lambda row: (_ORDER.index(row.status), row.app.name))
        if len(rows) > _MOST_ROWS:
            for status in filter(self.counts.get, _FINE):
                self.stream.write(f"{count(self.counts[status], 'app')} {status}, not listed.\n")
            rows = [row for row in rows if row.status not in _FINE]
        if rows:
            console_for(self.stream).print(_table(rows))
        self.stream.flush()


def _table(rows: Iterable[Row]) -> Table:
    cells = [(printable(row.app.name), row.status, printable(row.about())) for row in rows]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)
    table.add_column("App", overflow="fold")
    table.add_column("Outcome", no_wrap=True)
    has_details = any(about for *_, about in cells)
    if has_details:
        table.add_column("", overflow="fold")
    for name, status, about in cells:
        table.add_row(Text(name), Text(status, _STYLE[status]), *[Text(about)] * has_details)
    return table
