"""The API reference documents every public class and function that is written by hand."""

import importlib
import inspect
import re
from pathlib import Path
from typing import Any

import aioheroku
from aioheroku import Campaign, CampaignPlan, Done, Journal, resources
from aioheroku.cache import Cache, Entry
from aioheroku.testing import Platform, faults, stream_faults
from aioheroku.testing.behavior import Behavior
from tests._support.tables import every

DIRECTIVE = re.compile(r"^\.\. (currentmodule|auto\w+|py:data):: ?(\S*)$", re.MULTILINE)
PAGES = sorted((Path(__file__).parent.parent.parent / "docs" / "reference").glob("*.md"))


def documented() -> dict[str, Any]:
    """The objects that the pages name in directives of autodoc, by their full names."""
    found: dict[str, Any] = {}
    for page in PAGES:
        module = ""
        for kind, name in DIRECTIVE.findall(page.read_text()):
            if kind == "currentmodule":
                module = name
            elif kind != "autosummary":
                found[f"{module}.{name}"] = getattr(importlib.import_module(module), name)
    return found


DOCUMENTED = documented()


def test_every_public_name_is_documented() -> None:
    """Of the package all but the resources, which have pages of their own, and of its public modules all."""
    expected = {f"aioheroku.{name}" for name in set(aioheroku.__all__) - set(dir(resources))}
    expected -= {"aioheroku.__version__", "aioheroku.errors", "aioheroku.HerokuError", "aioheroku.HerokuWarning"}
    for module in ("errors", "events", "audit", "drift"):
        names = importlib.import_module(f"aioheroku.{module}").__all__
        expected |= {f"aioheroku.{module}.{name}" for name in names}
    expected |= {f"aioheroku.testing.faults.{name}" for name in faults.__all__ if name != "Service"}
    expected |= {f"aioheroku.testing.stream_faults.{name}" for name in stream_faults.__all__}
    assert expected - DOCUMENTED.keys() == set(), "name it on a page of docs/reference"
    for thing in (Campaign, Done, Journal, CampaignPlan, Platform, Behavior, Cache, Entry):
        assert any(value is thing for value in DOCUMENTED.values())


@every(sorted(DOCUMENTED))
def test_what_is_documented_has_docstrings(name: str) -> None:
    """The object itself, and its public methods and properties."""
    thing = DOCUMENTED[name]
    if not (inspect.isclass(thing) or inspect.isfunction(thing)):
        return
    assert inspect.getdoc(thing)
    if inspect.isclass(thing):
        members = {
            key: value
            for key, value in vars(thing).items()
            if not key.startswith("_") and (inspect.isfunction(value) or isinstance(value, property | classmethod))
        }
        assert [key for key, value in members.items() if not inspect.getdoc(value)] == []
