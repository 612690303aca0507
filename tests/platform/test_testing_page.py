"""docs/guides/testing.md names everything that a test can use, and nothing else."""

import inspect
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs

from aioheroku.testing import Platform, faults, stream_faults
from aioheroku.testing.behavior import Behavior

PAGE = (Path(__file__).parent.parent.parent / "docs" / "guides" / "testing.md").read_text()


def rows(heading: str) -> list[list[str]]:
    """The cells of the table whose first heading is this one."""
    _, _, rest = PAGE.partition(f"\n| {heading} |")
    lines = [line for line in rest.partition("\n\n")[0].splitlines()[2:] if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def names(cell: str) -> list[str]:
    """The names in code style: `drain()` and `Reset(executed=False)` without what is in parentheses."""
    return [re.sub(r"\(.*\)$", "", code) for code in re.findall(r"`([^`]+)`", cell)]


def every_fault(module: ModuleType = faults) -> dict[str, Any]:
    """All faults of a module by name: the subclasses of `Fault`, and the functions that return one."""
    found = {name: thing for name, thing in vars(module).items() if getattr(thing, "__module__", "") == module.__name__}
    return {
        name: thing
        for name, thing in found.items()
        if (inspect.isfunction(thing) and name[0].isupper())
        or (inspect.isclass(thing) and issubclass(thing, faults.Fault) and thing is not faults.Fault)
    }


def test_every_fault_is_in_the_table() -> None:
    """Each with the names of its parameters, in their order."""
    told = {cells[0].strip("`").partition("(")[0]: cells[0] for cells in rows("fault")}
    assert told.keys() == every_fault().keys(), "edit the table of docs/guides/testing.md"
    assert every_fault().keys() <= {*faults.__all__}, "edit `__all__` in aioheroku/testing/faults.py"
    for name, fault in every_fault().items():
        parameters = [word for word in re.findall(r"(?:^|[(,]\s*)([a-z_]+)", told[name]) if word != "None"]
        assert parameters == list(inspect.signature(fault).parameters), told[name]


def test_every_fault_of_a_stream_is_on_the_page() -> None:
    """In the table of faults of streams; what users import is in `__all__`."""
    told = {name for cells in rows("stream") for name in re.findall(r"`([A-Z]\w+)[(`]", cells[1])}
    found = every_fault(stream_faults).keys()
    assert found == {*stream_faults.__all__}, "edit `__all__` in aioheroku/testing/stream_faults.py"
    assert told == found - {"StreamFault"}, "edit the table of docs/guides/testing.md"


def test_behavior_table_is_complete() -> None:
    """With its default."""
    told = {names(cells[0])[0]: cells[1] for cells in rows("attribute")}
    words: dict[Any, str] = {"False": "no", "None": "never"}
    defaults = {name: field.default for name, field in attrs.fields_dict(Behavior).items()}
    assert told == {name: words.get(str(value)) or f"{value:g}" for name, value in defaults.items()}


def test_platform_table_is_complete() -> None:
    """All keywords of `Platform`."""
    told = [name for cells in rows("argument") for name in names(cells[0])]
    assert sorted(told) == sorted(inspect.signature(Platform).parameters)


def test_every_name_of_a_platform_is_in_the_table() -> None:
    """All public attributes and methods."""
    told = {name for cells in rows("attribute or method") for name in names(cells[0])} - {"async with"}
    platform = Platform()
    public = {name for name in {*dir(Platform), *vars(platform)} if not name.startswith("_")}
    assert told == public - {"latency"}  # the argument, also to be set


def test_the_fixtures_are_in_the_table() -> None:
    """Those of the pytest plugin."""
    from aioheroku.testing import plugin

    fixtures = {name for name in vars(plugin) if name.startswith("heroku_")}
    assert {name for cells in rows("fixture") for name in names(cells[0])} == fixtures
