"""The report as one HTML page that needs nothing else: no network, no script to be read, no other file.

Rows are rendered as they come, into a temporary file; in memory stay the counts, and for each app its name and its
place in that file, by which the rows are sorted when the page is written.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from tempfile import TemporaryFile
from typing import Any, Final, TextIO

from attrs import define, field
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from aioheroku._version import __version__
from aioheroku.audit._findings import FINDINGS
from aioheroku.audit._records import Record
from aioheroku.audit._reports.cells import NAME, Column, cell_of, columns_of, shown
from aioheroku.audit._reports.charts import Charts
from aioheroku.audit._reports.kinds import Kind, kind_of
from aioheroku.audit._reports.rows import Changed, Row, moment

_ITEMS: Final = 200
"""Maximum items shown of a part; the rest is counted."""
_LISTED: Final = 100
"""Maximum changes listed of a kind; the rest is counted."""
_UNREAD: Final = 50
"""Maximum kinds of errors listed; the rest is counted."""
_URGENT: Final = ("bad", "warn", "info")
_TITLES: Final = {
    "formation": "Formation",
    "dynos": "Dynos",
    "releases": "Release",
    "domains": "Domains",
    "addons": "Add-ons",
    "collaborators": "People",
    "config-vars": "Config vars",
    "log-drains": "Log drains",
    "ssl-endpoints": "SSL endpoints",
    "sni-endpoints": "Certificates",
    "buildpacks": "Buildpacks",
    "addon-attachments": "Attachments",
    "pipelines": "Pipeline",
}
_PLAIN: Final = frozenset(
    {"id", "name", "owner", "region", "stack", "maintenance", "created_at", "updated_at", "released_at"}
)
_APART: Final = _PLAIN | {"parts", "findings", "errors", "account"}


def _commands(text: str) -> Markup:
    """A text whose commands, between backticks, are set as code."""
    code = Markup("<code>{}</code>")
    return Markup().join(code.format(piece) if at % 2 else piece for at, piece in enumerate(text.split("`")))


def _by_kind(changes: Iterable[object]) -> dict[str, list[Changed]]:
    """The changes by kind, those that the audit knows in its order; sorted by name."""
    ordered: dict[str, list[Changed]] = {"new": [], "gone": [], "changed": []}
    for change in sorted(map(Changed.of, changes), key=lambda one: (one.account, one.name)):
        ordered.setdefault(change.kind, []).append(change)
    return ordered


def _file(name: str) -> str:
    return (files("aioheroku.audit._reports") / name).read_text("utf-8")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@cache
def _templates() -> Environment:
    """Compiled once: a process may write several reports."""
    templates = Environment(
        loader=PackageLoader("aioheroku.audit", "_reports"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    templates.filters |= {"shown": shown, "commands": _commands}
    return templates


@define
class HTMLReport:
    """Receives records and writes the page when it is closed."""

    stream: TextIO
    at: datetime
    """The moment of the audit, which ages are measured from."""
    running: bool
    """Whether the audit ends when the report does."""
    _charts: Charts = field(init=False)
    _spool: Any = field(factory=TemporaryFile, init=False)
    _places: list[tuple[int, str, int, int]] = field(factory=list[tuple[int, str, int, int]], init=False)
    _columns: list[Column] = field(factory=list[Column], init=False)
    _kinds: Counter[str] = field(factory=Counter[str], init=False)
    _totals: Counter[str] = field(factory=Counter[str], init=False)
    _accounts: set[str] = field(factory=set[str], init=False)
    _unread: dict[tuple[str, str], list[Any]] = field(factory=dict[tuple[str, str], list[Any]], init=False)

    def __attrs_post_init__(self) -> None:
        self._charts = Charts(self.at)

    def add(self, record: "Record | Mapping[str, Any]") -> None:
        """Render the row of an app, and count it."""
        row = Row.of(record)
        self._columns = self._columns or columns_of(row)
        self._charts.add(row)
        self._count(row)
        template = _templates().get_template("row.html")
        cells = [(column, cell_of(row, column.key, self.at)) for column in self._columns]
        kinds = dict.fromkeys(kind for kind, _ in row.findings)
        rendered = template.render(row=row, cells=cells, kinds=kinds, details=self._details(row), kind_of=kind_of)
        data = rendered.encode("utf-8", "replace")
        self._places.append((-len(row.findings), row.text("name"), self._spool.tell(), len(data)))
        self._spool.write(data)

    def close(self, unfinished: str = "", changes: Iterable[object] | None = None) -> None:
        """Write the page.

        Args:
            unfinished: Why the report has not all of the apps; it stands on top of the page.
            changes: What changed since an earlier audit; `None` without one.
        """
        with self._spool:
            self._write(unfinished, None if changes is None else _by_kind(changes))

    def _write(self, unfinished: str, changes: "dict[str, list[Changed]] | None") -> None:
        style, script = _file("page.css"), _file("page.js")
        pieces = (
            _templates()
            .get_template("page.html")
            .generate(
                at=self.at,
                end=max(self.at, datetime.now(UTC)) if self.running else self.at,
                version=__version__,
                unfinished=unfinished,
                changes=changes,
                listed=_LISTED,
                style=Markup(style),  # noqa: S704 - our own file
                style_hash=_hash(style),
                script=Markup(script),  # noqa: S704 - our own file
                script_hash=_hash(script),
                apps=len(self._places),
                totals=self._totals,
                tiles=list(self._tiles()),
                kind_of=kind_of,
                kinds=list(self._found()),
                charts=self._charts,
                columns=self._columns,
                keys={column.key for column in self._columns},
                unread=sorted(self._unread.items(), key=lambda one: -one[1][0])[:_UNREAD],
                rows=self._rows(),
            )
        )
        for piece in pieces:
            self.stream.write(piece)

    def _count(self, row: Row) -> None:
        self._accounts.add(shown(row.text("account"), NAME))
        self._totals["found"] += bool(row.findings)
        self._totals["findings"] += len(row.findings)
        self._totals["unread"] += len(row.errors)
        self._totals["addons"] += len(row.items("addons") or ())
        self._totals["domains"] += len(row.items("domains") or ())
        self._kinds.update({kind for kind, _ in row.findings})
        for error in row.errors:
            key = shown(error.part, NAME), shown(error.error, NAME)
            if key in self._unread or len(self._unread) < _UNREAD:
                self._unread.setdefault(key, [0, error, row.text("name")])[0] += 1

    def _tiles(self) -> Iterator[tuple[str, int, str]]:
        """The totals: name, number, tone."""
        totals, keys = self._totals, {"", *(column.key for column in self._columns)}
        for key, title, number, tone in (
            ("", "Apps", len(self._places), ""),
            ("account", "Accounts", len(self._accounts), ""),
            ("", "Apps with findings", totals["found"], "warn" if totals["found"] else "good"),
            ("", "Findings", totals["findings"], ""),
            ("dynos", "Dynos", self._charts.dynos, ""),
            ("certificate", "Certificates", self._charts.certificates, ""),
            ("addons", "Add-ons", totals["addons"], ""),
            ("domains", "Domains", totals["domains"], ""),
            ("", "Parts unread", totals["unread"], "bad" if totals["unread"] else "good"),
        ):
            if key in keys:
                yield title, number, tone

    def _found(self) -> Iterator[tuple[str, str, int, Kind]]:
        """The kinds of findings, the urgent ones first: name, meaning, number of apps, remedy."""
        for name, number in sorted(self._kinds.items(), key=lambda one: (_URGENT.index(kind_of(one[0]).tone), -one[1])):
            yield name, FINDINGS.get(name, ""), number, kind_of(name)

    def _rows(self) -> Iterator[Markup]:
        for _, _, place, length in sorted(self._places):
            self._spool.seek(place)
            yield Markup(self._spool.read(length).decode())  # noqa: S704 - rendered, and escaped, by the template

    def _details(self, row: Row) -> Iterator[tuple[str, list[str]]]:
        """What the row of an app leaves out: titles, each with its lines."""
        plain = [(_title(name), row.text(name)) for name in ("id", "owner", "region")]
        times = [(name.title(), _time(row.data.get(f"{name}_at"))) for name in ("created", "updated")]
        others = [(_title(name), row.text(name)) for name in row.data if name not in _APART]
        for title, text in (*plain, *times, *others):
            if text:
                yield title, [shown(text)]
        for part in row.parts:
            yield _TITLES.get(part, _title(part)), _first_of(row.lines(part)) or ["none"]


def _time(value: object) -> str:
    time = moment(value)
    return f"{time:%Y-%m-%d %H:%M} UTC" if time else ""


def _first_of(lines: list[str]) -> list[str]:
    first = [shown(line) for line in lines[:_ITEMS]]
    more = len(lines) - len(first)
    return [*first, f"and {more:,} more"] if more else first


def _title(name: str) -> str:
    return shown(name.replace("-", " ").replace("_", " ").capitalize(), NAME)
