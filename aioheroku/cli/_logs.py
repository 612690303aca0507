"""`aioheroku logs`: the logs of one or many apps."""

import json
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any, Final

import click
from attrs import asdict, define, field, frozen

from aioheroku._client.choice import Choice
from aioheroku._client.session import Heroku
from aioheroku._streams.lines import LogLine
from aioheroku.cli import _options
from aioheroku.cli._merge import Batch, Merge
from aioheroku.cli._pipes import Writer
from aioheroku.cli._session import SplitCommand, Where, named, opened, platform_options, split, until_stopped
from aioheroku.cli._status import DONE, FAILED
from aioheroku.cli._streams import print_problem
from aioheroku.cli._terminal import coloured, is_terminal, shown, wants_colours
from aioheroku.errors import InvalidRequest, quoted
from aioheroku.events import Event, LogGap, SessionOpened, StreamCut, StreamResumed

_COLOURS: Final = ("36", "33", "32", "35", "34", "96", "93", "92", "95", "94")
_LEVELS: Final = {"critical": "31", "warning": "33", "info": "2"}
_DROPS: Final = frozenset({"L10", "L11", "L12", "L13", "L15"})
"""Codes of the lines by which the platform reports missing lines."""
_AGO: Final = re.compile(r"(\d+)([smhd])")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@frozen(kw_only=True)
class Job:
    """The options of the command."""

    where: Where
    choice: Choice
    order: tuple[str, ...]
    tail: bool
    lines: int
    source: str | None
    dyno: str | None
    process: str | None
    since: datetime | None
    json: bool


def _since(ctx: click.Context, param: click.Parameter, text: str | None) -> datetime | None:
    if text is None:
        return None
    if found := _AGO.fullmatch(text):
        return datetime.now(UTC) - timedelta(**{_UNITS[found[2]]: int(found[1])})
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        problem = f"{text!r} is neither a time such as 2026-01-31T12:00:00Z nor an age such as 90s, 15m, 2h, 1d."
        raise click.BadParameter(problem, ctx, param) from None
    return at.astimezone() if at.tzinfo is None else at


@click.command(cls=SplitCommand)
@click.argument("names", nargs=-1, metavar="APP...")
@click.option("-t", "--tail", is_flag=True, help="Follow the log: show new lines until Ctrl-C.")
@click.option(
    "-n",
    "--lines",
    type=click.IntRange(0, 1500),
    default=100,
    show_default=True,
    help="Start with this many of the newest lines of each app.",
)
@click.option("-s", "--source", metavar="SOURCE", help="Only lines of this source, such as app or heroku.")
@click.option("-d", "--dyno", metavar="DYNO", help="Only lines of this dyno or process type, such as web.1 or web.")
@click.option("-p", "--process", metavar="TYPE", help="Only lines of this process type, such as web or router.")
@click.option(
    "--since", callback=_since, metavar="WHEN", help="Only lines since a time, or of the last 90s, 15m, 2h, 1d."
)
@click.option("--json", is_flag=True, help="Write a JSON object for each line.")
@_options.chosen_apps
@platform_options()
def logs(names: tuple[str, ...], choice: Choice, where: Where, **options: Any) -> None:
    """Show the logs of one or many apps.

    The lines of many apps are merged in the order of time, each with the name of its app.
    """
    names += tuple(split() or ())
    job = Job(where=where, choice=named(names, choice, where), order=names, **options)
    _options.run(until_stopped(_logs, job))


async def _logs(job: Job) -> int:
    notices = Notices()
    async with opened(job.where, "logs", names=job.choice.apps, traffic=True, on_event=notices) as heroku:
        names = await _names_of(heroku, job.choice, job.order)
        logs = {
            name: heroku.using(label=name).logs(
                name,
                tail=job.tail,
                lines=job.lines,
                source=job.source,
                dyno=job.dyno,
                process=job.process,
                since=job.since,
            )
            for name in names
        }
        writer, form = Writer(sys.stdout), Form.of(names, as_json=job.json)
        async with writer.while_read(), Merge(logs, tail=job.tail) as notices.merge:
            async for batch in notices.merge.batches():
                notices.drops(batch)
                await writer.write(form.written(batch))
    errors = notices.merge.errors
    if len(names) == 1 and errors:
        raise errors[names[0]]
    for name, error in errors.items():
        print_problem(f"{name}: {error}")
    return FAILED if errors else DONE


async def _names_of(heroku: Heroku, choice: Choice, order: Sequence[str]) -> list[str]:
    """The names of the apps: given names unchanged and in order, without a request.

    Raises:
        InvalidRequest: there is no such app.
    """
    if choice.team is None and choice.match is None:
        first = [name for name in dict.fromkeys(order) if name in choice.apps]
        return first + sorted(choice.apps - set(first))
    names = sorted([app.name async for app in choice.of(heroku)])
    if not names:
        raise InvalidRequest("no app of the account matches.", "match" if choice.match is not None else "team")
    return names


@define(eq=False)
class Notices:
    """Reports on standard error what is missing; a listener for `Heroku(on_event=...)`."""

    merge: Merge = field(factory=lambda: Merge({}, tail=False))
    _broken: set[str] = field(factory=set[str])

    def __call__(self, event: Event) -> None:
        """Report it with the name of the app, which is the label of its calls."""
        name = event.label or ""
        match event:
            case SessionOpened():
                self.merge.opened(name)
            case LogGap():
                print_problem(f"{name}: lines are missing here: the log continued without them.")
            case StreamCut() if name not in self._broken:
                self._broken.add(name)
                print_problem(f"{name}: the log was cut off ({event.cause}); reconnecting.")
            case StreamResumed() if name in self._broken:
                self._broken.discard(name)
                print_problem(f"{name}: the log continues.")
            case _:
                pass

    def drops(self, batch: Batch) -> None:
        """Report the lines by which the platform says that it dropped others."""
        for name, line in batch:
            if line.code in _DROPS:
                print_problem(f"{name}: the platform has dropped lines: {quoted(line.text)}")


@frozen
class Form:
    """How lines are written."""

    prefixes: dict[str, str]
    """The prefix of the lines of each app: nothing if there is only one."""
    is_terminal: bool
    in_colours: bool
    as_json: bool

    @classmethod
    def of(cls, names: Sequence[str], *, as_json: bool) -> "Form":
        """The form for the logs of these apps on standard output."""
        colours = not as_json and wants_colours(sys.stdout)
        width = max(map(len, names))
        prefixes = {name: f"{name:<{width}} | " for name in names}
        if len(names) == 1:
            prefixes[names[0]] = ""
        elif colours:
            prefixes = dict(zip(names, map(coloured, prefixes.values(), cycle(_COLOURS)), strict=False))
        return cls(prefixes, is_terminal(sys.stdout), colours, as_json)

    def written(self, batch: Batch) -> bytes:
        """The lines as bytes: unchanged, unless they are written for a person."""
        if self.as_json:
            return "".join(json.dumps(_object(name, line)) + "\n" for name, line in batch).encode()
        if not self.is_terminal:
            return b"".join(b"%b%b\n" % (self.prefixes[name].encode(), line.raw) for name, line in batch)
        lines = (f"{self.prefixes[name]}{self._pretty(line)}\n" for name, line in batch)
        return "".join(lines).encode(sys.stdout.encoding, "backslashreplace")

    def _pretty(self, line: LogLine) -> str:
        text = shown(line.raw.decode("utf-8", "replace").removesuffix("\r"))
        head, colon, rest = text.partition(": ")
        if not self.in_colours or not colon or line.at is None or not line.text or not text.endswith(rest):
            return text
        code = _LEVELS.get(line.level or "")
        return f"{coloured(head + ':', '2' if code is None else code)} {rest}"


def _object(name: str, line: LogLine) -> dict[str, Any]:
    """A line as JSON; what it does not have is left out."""
    at = None if line.at is None else line.at.isoformat(timespec="microseconds")
    found: dict[str, Any] = {"app": name, "at": at, "source": line.source, "process": line.process, "text": line.text}
    router = line.router
    more = {
        "code": line.code,
        "level": line.level,
        "exit_status": line.exit_status,
        "new_state": line.new_state,
        "late": line.late or None,
        "router": router and {key: value for key, value in asdict(router).items() if key != "fields"},
    }
    return found | {key: value for key, value in more.items() if value is not None}
