"""The modules of the simulated platform: floors, absolute imports, names, resources that are found by themselves."""

import ast
from functools import cache
from pathlib import Path

import aioheroku.testing
from aioheroku.testing import _resources

PACKAGE = Path(aioheroku.testing.__file__).parent
CLIENT = PACKAGE.parent
FLOORS = ("_dates", "_errors", "_options", "behavior", "_state", "_data", "_http", "_resources", "faults",
          "stream_faults", "_fault_rules", "_streams", "_thread", "platform", "__main__", "plugin")  # fmt: skip
"""From the bottom to the top: a module imports only floors below its own, and modules of its own floor."""
BETWEEN = {("_resources", "_data"): "names of new apps and add-ons", ("_http", "_state"): "handlers read the state"}
FILES = sorted(PACKAGE.rglob("*.py"))


def name_of(file: Path) -> str:
    return ".".join((file.relative_to(CLIENT.parent).with_suffix("")).parts).removesuffix(".__init__")


def parsed(file: Path) -> ast.Module:
    """The tree of a file, not kept: see `tests/unit/test_house.py`."""
    return ast.parse(file.read_text())


@cache
def imports_of(file: Path) -> list[str]:
    """The modules of the platform that a file imports, by their full names."""
    known = {name_of(each) for each in FILES}
    found: list[str] = []
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("aioheroku.testing"):
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                found.append(full if full in known else node.module)
    return found


def floor_of(module: str) -> int | None:
    """The floor of a module; None for the package itself, which imports nothing before it is asked for."""
    part = module.removeprefix("aioheroku.testing").partition(".")[2].partition(".")[0]
    return FLOORS.index(part) if part else None


def test_imports_go_down() -> None:
    """No module imports one of a floor above, and all imports are absolute."""
    for file in FILES:
        relative = [node for node in ast.walk(parsed(file)) if isinstance(node, ast.ImportFrom) and node.level]
        assert relative == [], file
        own = floor_of(name_of(file))
        if own is not None:
            assert [name for name in imports_of(file) if (floor_of(name) or 0) > own] == [], file


def test_no_import_circles() -> None:
    """Modules can be put into an order in which each imports earlier ones only."""
    waiting = {name_of(file): set(imports_of(file)) - {name_of(file), "aioheroku.testing"} for file in FILES}
    # One resource may call another: releases restart dynos. The functions meet when they run, not on import.
    while ready := {name for name, needs in waiting.items() if not needs & waiting.keys()}:
        waiting = {name: needs for name, needs in waiting.items() if name not in ready}
    assert waiting == {}


def test_no_file_has_the_name_of_another_thing() -> None:
    """A module of the client and one of the platform with the same name are about the same resource."""
    client = {file.stem for file in CLIENT.rglob("*.py") if PACKAGE not in file.parents}
    ours = {file.stem for file in FILES if file.parent != PACKAGE / "_resources"}
    known = {
        "__init__",
        "__main__",
        "response",
        "service",
        "clock",
        "schema",
        "context",
        "_options",
    }
    assert ours & client <= known


def test_every_resource_is_served() -> None:
    """A file in `_resources` is found without being named anywhere."""
    files = {file.stem for file in (PACKAGE / "_resources").glob("[a-z]*.py")}
    served = {route.handler.__module__.rpartition(".")[2] for route in _resources.ROUTES}
    assert served - {"schema"} == files


def test_modules_are_short() -> None:
    """300 lines at most."""
    assert [str(file) for file in FILES if len(file.read_text().splitlines()) > 300] == [], "split it"
