"""The house of docs/internals/architecture.md: floors, names, and what every test owes its reader."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import aioheroku
from aioheroku import resources

PACKAGE = Path(aioheroku.__file__).parent
TESTS = Path(__file__).parent.parent

FLOORS = {
    "errors": 0, "strings": 0, "_aiohttp_compat": 0, "unset": 0, "clock": 0, "misuse": 0,
    "http": 1, "events": 1, "wire": 1, "settings": 1, "_connections": 1,
    "pool": 2, "pacing": 2, "single_flight": 2, "redispool": 2, "retry": 2, "cache": 2, "disk": 2, "auth": 2,
    "middleware": 2, "_exchange": 2, "observe": 2, "transport": 2,
    "arguments": 3, "endpoint": 3, "_loops": 3, "paging": 3, "streams": 3, "view": 3, "options": 3,
    "resources": 4,
    "routes": 5, "session": 5,
    "fleet": 6, "audit": 6, "drift": 6,
    "cli": 7, "__init__": 7, "__main__": 8,
}  # fmt: skip
SAME_FLOOR = {
    ("disk", "cache"): "another place for the same entries",
    ("pool", "pacing"): "the pool queues, its pacing decides when",
    ("redispool", "pool"): "another backend for the same pool",
    ("redispool", "pacing"): "falls back to the header's pace",
    ("transport", "_exchange"): "what happens to one request, and what its exceptions mean",
    ("view", "_loops"): "a session sends through what was composed for its loop",
    ("endpoint", "arguments"): "a declaration checks its arguments",
    ("endpoint", "paging"): "a list's declaration makes Pages",
    ("session", "routes"): "a raw path takes the properties of its declaration",
    ("audit", "fleet"): "an audit is many calls at once",
}


def modules() -> Iterator[tuple[str, Path]]:
    for file in sorted(PACKAGE.rglob("*.py")):
        name = file.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if name != "testing":
            yield name, file


def imports_of(file: Path) -> Iterator[str]:
    """The full names of the modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def upward(name: str, imported: str) -> bool:
    parts = imported.split(".")
    target = parts[1] if len(parts) > 1 and parts[0] == "aioheroku" else None
    if target is None or target == name or target not in FLOORS:
        return False
    if FLOORS[target] == FLOORS[name]:
        return (name, target) not in SAME_FLOOR
    return FLOORS[target] > FLOORS[name]


@pytest.mark.parametrize(("name", "file"), list(modules()), ids=lambda value: getattr(value, "stem", value))
def test_lower_floors_never_import_upper_ones(name: str, file: Path) -> None:
    """A module imports only floors below its own, and of its own floor only what is listed with a reason."""
    assert name in FLOORS, f"{name} has no floor: add it to the list"
    assert [imported for imported in imports_of(file) if upward(name, imported)] == []


@pytest.mark.parametrize(
    ("name", "imported"),
    [
        ("errors", "aioheroku.http"),
        ("pool", "aioheroku.session"),
        ("wire", "aioheroku.events"),
        ("pool", "aioheroku.retry"),
    ],
)
def test_the_layer_test_would_fail(name: str, imported: str) -> None:
    """An upward or sideways import is noticed."""
    assert upward(name, imported)


@pytest.mark.parametrize(
    ("library", "home"),
    [("cattrs", "wire"), ("aiolimiter", "pacing"), ("redis", "redispool"), ("click", "cli"), ("rich", "cli")],
)
def test_a_library_is_imported_in_one_place(library: str, home: str) -> None:
    """Only one module knows a library, so that replacing it is a change in one place."""
    users = {name for name, file in modules() for imported in imports_of(file) if imported.split(".")[0] == library}
    assert users <= {home}


def test_only_the_transport_imports_aiohttp() -> None:
    """The network is known in the transport's modules; the session names aiohttp for its type alone."""
    users = {name for name, file in modules() for imported in imports_of(file) if imported.split(".")[0] == "aiohttp"}
    assert users <= {"transport", "_exchange", "_connections", "_aiohttp_compat", "session", "options"}
    for name in ("session", "options"):
        tree = ast.parse((PACKAGE / f"{name}.py").read_text())
        plain = [node for node in tree.body if isinstance(node, ast.Import)]
        assert "aiohttp" not in {alias.name for node in plain for alias in node.names}


def test_the_simulated_platform_shares_no_code_with_the_client() -> None:
    """Client and platform cannot be wrong together: neither imports the other."""
    for file in (PACKAGE / "testing").rglob("*.py"):
        foreign = [name for name in imports_of(file) if name.startswith("aioheroku.") and ".testing" not in name]
        assert foreign == [], file
    for name, file in modules():
        if name != "cli":
            assert not [found for found in imports_of(file) if found.startswith("aioheroku.testing")], file


def test_every_public_name_is_there() -> None:
    """`__all__` is sorted, and each of its names can be imported."""
    assert list(aioheroku.__all__) == sorted(aioheroku.__all__, key=lambda name: (name.lower(), name)) or list(
        aioheroku.__all__
    ) == sorted(aioheroku.__all__)
    for name in aioheroku.__all__:
        assert getattr(aioheroku, name) is not None


def test_the_lazy_names_are_those_of_the_modules() -> None:
    """The table of the lazy loader is what the resource modules export, name by name."""
    found = {
        info.name: tuple(importlib.import_module(f"aioheroku.resources.{info.name}").__all__)
        for info in pkgutil.iter_modules(resources.__path__)
    }
    assert {name: set(names) for name, names in resources._HOMES.items()} == {
        name: set(names) for name, names in found.items()
    }


def test_every_test_states_its_promise() -> None:
    """Each test function has a docstring."""
    silent = [
        f"{file.relative_to(TESTS)}::{node.name}"
        for file in TESTS.rglob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_changelog_and_version_agree() -> None:
    """The newest version of the changelog is the package's, or the changes are still unreleased."""
    changelog = (TESTS.parent / "CHANGELOG.md").read_text()
    assert "## [Unreleased]" in changelog or f"## [{aioheroku.__version__}]" in changelog
