"""The findings of an audit, and the rules that produce them."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from attrs import frozen

from aioheroku.resources.apps.apps import App

_YEAR: Final = timedelta(days=365)


@frozen
class Finding:
    """A problem that the audit found: its kind (a key of `FINDINGS`) and the details."""

    kind: str
    detail: str


@frozen
class RuleContext:
    """The input of a rule: an app, the parts of it that were read, and the settings of the audit."""

    app: App
    parts: Mapping[str, Any]
    deprecated: frozenset[str]
    """The names of deprecated stacks."""
    domains: frozenset[str]
    now: datetime


@frozen
class Rule:
    """A rule: `detail_of` returns the details of the finding, or nothing; it needs the `part`, if one is named."""

    about: str
    detail_of: Callable[[RuleContext], str | None]
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


def _outsiders(context: RuleContext) -> str:
    # An app of a team is owned by <team>@herokumanager.com, which is not a person.
    inside = context.domains | {"herokumanager.com"}
    people: list[str] = context.parts["collaborators"] if context.domains else []
    return ", ".join(person for person in people if person.rpartition("@")[2].lower() not in inside)


_RULES: Final[Mapping[str, Rule]] = {
    "crashed-dynos": Rule("a dyno has crashed", _crashed, "dynos"),
    "maintenance": Rule("the maintenance page is on", lambda context: "on" if context.app.maintenance else None),
    "no-log-drain": Rule("no log drain keeps the logs", _undrained, "log-drains"),
    "plain-http-drain": Rule("a log drain is not encrypted", _plain_drains, "log-drains"),
    "no-release-for-a-year": Rule("the last release is older than a year", _stale),
    "deprecated-stack": Rule("the stack is deprecated", _deprecated),
    "outside-collaborators": Rule("people of other mail domains have access", _outsiders, "collaborators"),
}

FINDINGS: Final[Mapping[str, str]] = {
    **{kind: rule.about for kind, rule in _RULES.items()},
    "error": "a part could not be read",
}
"""The kinds of findings, each with its meaning."""


def needs(kind: str) -> str | None:
    """The part that must be read for findings of this kind; `None` if the app itself is enough."""
    return _RULES[kind].part if kind in _RULES else None


def found(context: RuleContext) -> Iterator[Finding]:
    """The findings of an app; rules whose part was not read are skipped."""
    for kind, rule in _RULES.items():
        if (rule.part is None or rule.part in context.parts) and (detail := rule.detail_of(context)):
            yield Finding(kind, detail)
