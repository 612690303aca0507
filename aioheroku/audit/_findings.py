"""What deserves a look, and the rules that find it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from attrs import frozen

from aioheroku.resources.apps.apps import App

_YEAR: Final = timedelta(days=365)


@frozen
class Finding:
    """Something that deserves a look: its kind, of `FINDINGS`, and the particulars."""

    kind: str
    detail: str


@frozen
class Facts:
    """What a rule goes by: an app, the parts of it that were read, and what the audit knows besides."""

    app: App
    parts: Mapping[str, Any]
    deprecated: frozenset[str]
    """The names of deprecated stacks."""
    domains: frozenset[str]
    now: datetime


@frozen
class Rule:
    """What makes a finding. `look` gives its particulars, or nothing; it needs the `part`, where one is named."""

    about: str
    look: Callable[[Facts], str | None]
    part: str | None = None


def _crashed(facts: Facts) -> str:
    return ", ".join(dyno["name"] for dyno in facts.parts["dynos"] if dyno["state"] == "crashed")


def _undrained(facts: Facts) -> str | None:
    return None if facts.parts["log-drains"] else "logs are kept nowhere"


def _plain_drains(facts: Facts) -> str:
    return ", ".join(drain["host"] or "?" for drain in facts.parts["log-drains"] if drain["scheme"] == "http")


def _stale(facts: Facts) -> str | None:
    newest = [release["created_at"] for release in facts.parts.get("releases", ())]
    last = newest[0] if newest else facts.app.released_at or facts.app.created_at
    return f"the last one was on {last:%Y-%m-%d}" if last < facts.now - _YEAR else None


def _deprecated(facts: Facts) -> str | None:
    return facts.app.stack.name if facts.app.stack.name in facts.deprecated else None


def _outsiders(facts: Facts) -> str:
    # An app of a team is owned by <team>@herokumanager.com, which is nobody's address.
    inside = facts.domains | {"herokumanager.com"}
    people: list[str] = facts.parts["collaborators"] if facts.domains else []
    return ", ".join(person for person in people if person.rpartition("@")[2].lower() not in inside)


_RULES: Final[Mapping[str, Rule]] = {
    "crashed-dynos": Rule("a dyno has crashed", _crashed, "dynos"),
    "maintenance": Rule("the maintenance page is on", lambda facts: "on" if facts.app.maintenance else None),
    "no-log-drain": Rule("the logs are kept nowhere", _undrained, "log-drains"),
    "plain-http-drain": Rule("the logs travel in the clear", _plain_drains, "log-drains"),
    "no-release-for-a-year": Rule("the last release is older than a year", _stale),
    "deprecated-stack": Rule("the stack is deprecated", _deprecated),
    "outside-collaborators": Rule("people of other mail domains have access", _outsiders, "collaborators"),
}

FINDINGS: Final[Mapping[str, str]] = {
    **{kind: rule.about for kind, rule in _RULES.items()},
    "error": "a part could not be read",
}
"""The kinds of findings, and what each says."""


def needs(kind: str) -> str | None:
    """The part that must be read for findings of this kind; `None` where what every app shows will do."""
    return _RULES[kind].part if kind in _RULES else None


def found(facts: Facts) -> Iterator[Finding]:
    """The findings of an app, as far as its parts were read."""
    for kind, rule in _RULES.items():
        if (rule.part is None or rule.part in facts.parts) and (detail := rule.look(facts)):
            yield Finding(kind, detail)
