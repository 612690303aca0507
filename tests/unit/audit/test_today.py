"""The findings of today, each made and not made."""

from typing import Any

import pytest

from aioheroku import App, structure
from aioheroku.audit._findings import RuleContext, found
from tests.unit.audit.test_audit import APP, NOW

STACKS = {"heroku-24": "public", "heroku-26": "beta", "cedar-14": "deprecated", "heroku-16": "end-of-life"}


def kinds(parts: dict[str, Any] | None = None, stack: str = "heroku-24", **more: Any) -> dict[str, str]:
    app = structure({**APP, "stack": {"id": APP["id"], "name": stack}}, App)
    deprecated = frozenset(name for name, state in STACKS.items() if state == "deprecated")
    facts: dict[str, Any] = {"stacks": STACKS, **more}
    context = RuleContext(app, parts or {}, deprecated, frozenset(), NOW, **facts)
    return {finding.kind: finding.detail for finding in found(context)}


@pytest.mark.parametrize(
    ("stack", "detail"),
    [
        ("heroku-24", None),
        ("heroku-26", None),
        ("cedar-14", None),
        ("heroku-16", "heroku-16 is end-of-life"),
        ("bamboo", "bamboo is no longer offered"),
    ],
)
def test_a_stack_at_its_end(stack: str, detail: str | None) -> None:
    """A stack that is no longer listed, or whose state says so; a deprecated one is another finding."""
    assert kinds(stack=stack).get("stack-end-of-life") == detail
    assert ("deprecated-stack" in kinds(stack=stack)) is (stack == "cedar-14")
    assert "stack-end-of-life" not in kinds(stack=stack, stacks={})


def test_a_dyno_size_that_is_gone() -> None:
    """Sizes are compared without regard to case; where the platform names none, there is no finding."""
    sizes = frozenset({"eco", "standard-1x"})
    formation = [
        {"type": "web", "quantity": 1, "size": "Standard-1X"},
        {"type": "worker", "quantity": 0, "size": "Hobby"},
        {"type": "clock", "quantity": 1, "size": "eco"},
    ]
    assert kinds({"formation": formation}, sizes=sizes) == {"dyno-size-gone": "worker has Hobby"}
    assert kinds({"formation": formation[:1]}, sizes=sizes) == {}
    assert kinds({"formation": formation}) == {}
    assert kinds({}, sizes=sizes) == {}


@pytest.mark.parametrize(
    ("part", "kind", "some", "none"),
    [
        ("pipelines", "no-pipeline", [{"id": APP["id"], "stage": "staging"}], []),
        ("team", "no-team", {"name": "acme", "id": None}, None),
    ],
)
def test_what_other_apps_have(part: str, kind: str, some: Any, none: Any) -> None:
    """An app without it is a finding if another app of the account has one, and only then."""
    assert kinds({part: none}, others=frozenset({part})) == {kind: "others have one"}
    assert kinds({part: some}, others=frozenset({part})) == {}
    assert kinds({part: none}) == {}
    assert kinds({}, others=frozenset({part})) == {}
