"""The findings of an audit, and the rules that produce them; users add theirs with `finding`."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import Any, Final

from attrs import field, frozen

from aioheroku.audit._parts import PARTS
from aioheroku.errors import InvalidRequest
from aioheroku.resources.apps.apps import App

_YEAR: Final = timedelta(days=365)
_MONTH: Final = timedelta(days=30)
_KIND: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_STATES: Final = {"beta", "deprecated", "public"}
"""States of a stack that can be used; `deprecated` is a finding of its own."""
_GROUP: Final = "aioheroku.findings"


@frozen
class Finding:
    """A problem that the audit found: its kind (a key of `FINDINGS`) and the details."""

    kind: str
    detail: str


@frozen
class RuleContext:
    """The input of a rule: an app, the parts of it that were read, and the settings of the audit."""

    app: App
    """The app."""
    parts: Mapping[str, Any]
    """The parts that were read, by their names in `PARTS`."""
    deprecated: frozenset[str]
    """The names of deprecated stacks."""
    domains: frozenset[str]
    """The mail domains of the account's own people."""
    now: datetime
    """The time that ages are measured from."""
    stacks: Mapping[str, str] = field(factory=dict[str, str])
    """The states of the platform's stacks, by name."""
    sizes: frozenset[str] = frozenset()
    """The names of the platform's dyno sizes, in lower case; none if it does not say."""
    others: frozenset[str] = frozenset()
    """The parts among `pipelines` and `team` that some app of the account has."""


Details = Callable[[RuleContext], str | None]
"""Returns the details of a finding about an app, or nothing."""


@frozen
class Rule:
    """A rule, which needs the `part`, if one is named."""

    about: str
    detail_of: Details
    part: str | None = None


def _crashed(context: RuleContext) -> str:
    return ", ".join(dyno["name"] for dyno in context.parts["dynos"] if dyno["state"] == "crashed")


def _undrained(context: RuleContext) -> str | None:
    return None if context.parts["log-drains"] else "no drain keeps the logs"


def _plain_drains(context: RuleContext) -> str:
    return ", ".join(drain["host"] or "?" for drain in context.parts["log-drains"] if drain["scheme"] == "http")


def _stale(context: RuleContext) -> str | None:
    newest = [release["created_at"] for release in context.parts.get("releases", ())]
    last = newest[0] if newest else context.app.released_at or context.app.created_at
    return f"the last one was on {last:%Y-%m-%d}" if last < context.now - _YEAR else None


def _deprecated(context: RuleContext) -> str | None:
    return context.app.stack.name if context.app.stack.name in context.deprecated else None


def _failed_release(context: RuleContext) -> str:
    return ", ".join(f"v{one['version']}" for one in context.parts["releases"] if one["status"] == "failed")


def _ending(context: RuleContext) -> str:
    soon = context.now + _MONTH
    return ", ".join(
        f"{one['name']} on {one['expires_at']:%Y-%m-%d}"
        for one in context.parts["sni-endpoints"]
        if one["expires_at"] < soon
    )


def _ended(context: RuleContext) -> str | None:
    name = context.app.stack.name
    if not context.stacks or context.stacks.get(name) in _STATES:
        return None
    return f"{name} is {context.stacks[name]}" if name in context.stacks else f"{name} is no longer offered"


def _size_gone(context: RuleContext) -> str:
    if not context.sizes:
        return ""
    gone = [one for one in context.parts["formation"] if one["size"].casefold() not in context.sizes]
    return ", ".join(f"{one['type']} has {one['size']}" for one in gone)


def _lacks(part: str) -> Details:
    """What an app lacks that other apps of the account have."""
    return lambda context: "others have one" if not context.parts[part] and part in context.others else None


def _outsiders(context: RuleContext) -> str:
    # An app of a team is owned by <team>@herokumanager.com, which is not a person.
    inside = context.domains | {"herokumanager.com"}
    people: list[str] = context.parts["collaborators"] if context.domains else []
    return ", ".join(person for person in people if person.rpartition("@")[2].lower() not in inside)


_RULES: Final[dict[str, Rule]] = {
    "crashed-dynos": Rule("a dyno has crashed", _crashed, "dynos"),
    "maintenance": Rule("the maintenance page is on", lambda context: "on" if context.app.maintenance else None),
    "no-log-drain": Rule("the app has no log drain", _undrained, "log-drains"),
    "plain-http-drain": Rule("a log drain is not encrypted", _plain_drains, "log-drains"),
    "no-release-for-a-year": Rule("the last release is older than a year", _stale),
    "deprecated-stack": Rule("the stack is deprecated", _deprecated),
    "failed-release": Rule("the last release failed", _failed_release, "releases"),
    "certificate-ending": Rule("a certificate expires within 30 days", _ending, "sni-endpoints"),
    "stack-end-of-life": Rule("the stack is at its end of life", _ended),
    "dyno-size-gone": Rule("a process has a dyno size that is no longer offered", _size_gone, "formation"),
    "no-pipeline": Rule("the app is not in a pipeline, though others are", _lacks("pipelines"), "pipelines"),
    "no-team": Rule("no team owns the app, though teams own others", _lacks("team"), "team"),
    "outside-collaborators": Rule("people of other mail domains have access", _outsiders, "collaborators"),
}

_ABOUT: Final = {**{kind: rule.about for kind, rule in _RULES.items()}, "error": "a part could not be read"}

FINDINGS: Final[Mapping[str, str]] = MappingProxyType(_ABOUT)
"""The kinds of findings, each with its meaning; those added with `finding` are among them."""


def finding(kind: str, about: str, *, part: str | None = None) -> Callable[[Details], Details]:
    """Add a kind of finding: the decorated function returns the details for an app, or nothing.

    Args:
        kind: Name of the finding, in lower case with hyphens, such as `no-worker`.
        about: What the finding means, in a few words.
        part: The part of `PARTS` that the function reads; without it the function is called for every app.

    Returns:
        The decorator, which returns the function unchanged.

    Raises:
        InvalidRequest: the kind is malformed or taken, or the part is unknown.
    """
    if not _KIND.fullmatch(kind):
        raise InvalidRequest(f"{kind!r} cannot name a finding: use lower case and hyphens, as in no-worker.", "kind")
    if kind in _ABOUT:
        raise InvalidRequest(f"There is already a finding {kind!r}: choose another name.", "kind")
    if part is not None and part not in PARTS:
        raise InvalidRequest(f"{part!r} is not a part of an app: give one of {', '.join(PARTS)}.", "part")

    def added(details: Details) -> Details:
        _RULES[kind] = Rule(about, details, part)
        _ABOUT[kind] = about
        return details

    return added


def load_findings() -> None:
    """Import what installed packages name in the entry point group `aioheroku.findings`; the command does it.

    Raises:
        InvalidRequest: one of them cannot be imported.
    """
    for entry in entry_points(group=_GROUP):
        try:
            entry.load()
        except Exception as error:
            problem = f"The findings {entry.name!r} ({entry.value}) cannot be loaded: {type(error).__name__}."
            raise InvalidRequest(f"{problem} Repair or remove the package that brings them.", _GROUP) from error


def needs(kind: str) -> str | None:
    """The part that must be read for findings of this kind; `None` if the app itself is enough."""
    return _RULES[kind].part if kind in _RULES else None


def found(context: RuleContext) -> Iterator[Finding]:
    """The findings of an app; rules whose part was not read are skipped, and one that raises is an `error`."""
    for kind, rule in _RULES.items():
        if rule.part is None or rule.part in context.parts:
            try:
                detail = rule.detail_of(context)
            except Exception as error:  # noqa: BLE001 - a user's function: the rest is worth having
                yield Finding("error", f"{kind}: {type(error).__name__}")
                continue
            if detail:
                yield Finding(kind, detail)
