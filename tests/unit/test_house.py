"""The house of docs/internals/architecture.md: floors, names, and what every test owes its reader."""

import ast
import pkgutil
import re
from collections.abc import Collection, Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import aioheroku
from aioheroku import resources

PACKAGE = Path(aioheroku.__file__).parent
TESTS = Path(__file__).parent.parent

FLOORS = {
    "errors": 0, "_strings": 0, "_unset": 0, "_version": 0, "_clock": 0, "_misuse": 0,
    "_http": 1, "_seams": 1, "events": 1, "_codec": 1, "_options": 1,
    "_transport": 2, "_ratelimit": 2, "auth": 2, "cache": 2, "_middleware": 2,
    "_api": 3, "_pagination": 3, "transport": 3,
    "resources": 4, "_campaigns": 4, "_streams": 4,
    "_client": 5,
    "audit": 6, "drift": 6, "webhooks": 6,
    "cli": 7, "__init__": 7, "__main__": 8,
}  # fmt: skip
"""The entries of the package, low to high. A folder is on one floor with all that is in it."""
SAME_FLOOR = {
    ("_middleware", "auth"): "the middlewares for OAuth and the second factor belong to credentials",
    ("_middleware", "cache"): "a cache and the middleware that asks it",
    ("_api", "_pagination"): "a list's declaration makes Pages",
    ("_streams", "resources"): "a stream is begun, and its end is known, by calls of resources",
    ("_campaigns", "resources"): "a journal names the model of a value, which is made of it again",
    ("_misuse", "_strings"): "a mistyped name proposes the nearest one",
}
"""Imports along a floor, each with its reason; they make no circle."""


def entries() -> set[str]:
    """What is in the package: its modules and folders, without the annex."""
    names = {file.relative_to(PACKAGE).parts[0].removesuffix(".py") for file in PACKAGE.rglob("*.py")}
    return names - {"testing"}


def modules() -> Iterator[tuple[str, Path]]:
    for file in sorted(PACKAGE.rglob("*.py")):
        name = file.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if name != "testing":
            yield name, file


def parsed(file: Path) -> ast.Module:
    """The tree of a file, not kept: the garbage collector would go through a million nodes to the end of the run."""
    return ast.parse(file.read_text())


@cache
def imports_of(file: Path) -> list[str]:
    """The full names of the modules that a file imports, wherever in it."""
    found: list[str] = []
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Import):
            found += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
            found += (f"{node.module}.{alias.name}" for alias in node.names)
    return found


def upward(name: str, imported: str) -> bool:
    parts = imported.split(".")
    target = parts[1] if len(parts) > 1 and parts[0] == "aioheroku" else None
    if target is None or target == name or target not in FLOORS:
        return False
    if FLOORS[target] == FLOORS[name]:
        return (name, target) not in SAME_FLOOR
    return FLOORS[target] > FLOORS[name]


def test_every_entry_has_a_floor() -> None:
    """What is in the package has a floor, and what has a floor is in the package."""
    assert entries() == FLOORS.keys(), "edit FLOORS in tests/unit/test_house.py and docs/internals/architecture.md"
    assert {name for pair in SAME_FLOOR for name in pair} <= FLOORS.keys()
    assert not [pair for pair in SAME_FLOOR if pair[::-1] in SAME_FLOOR]


def test_the_page_of_the_architecture_shows_the_floors() -> None:
    """The drawing has every entry, on its floor."""
    page = (TESTS.parent / "docs" / "internals" / "architecture.md").read_text()
    drawn: dict[str, int] = {}
    floor = 0
    for line in page.partition("```text\n")[2].partition("```")[0].splitlines():
        if line[:1].isdigit():
            floor = int(line[0])
        drawn |= dict.fromkeys(re.findall(r"(\w+)(?:\.py|/)(?=\s|$)", "" if line[:1] == "-" else line), floor)
    assert drawn == FLOORS, "edit docs/internals/architecture.md"


def test_a_module_is_private_or_documented() -> None:
    """What has no leading underscore is public: the page about stability names it, and nothing else."""
    names = [info.name for info in pkgutil.walk_packages([str(PACKAGE)], "aioheroku.")]
    public = {
        name
        for name in names
        if "._" not in name and not name.startswith("aioheroku.resources.")  # these have pages: docs/_ext/reference.py
    }
    page = (TESTS.parent / "docs" / "stability.md").read_text().partition("## What is public")[2].partition("\n## ")[0]
    assert set(re.findall(r"`(aioheroku\.[\w.]+)`", page)) == public, "name it `_private`, or edit docs/stability.md"


def test_lower_floors_never_import_upper_ones() -> None:
    """A module imports only floors below its own, and of its own floor only what is listed with a reason."""
    found = [(str(file), one) for name, file in modules() for one in imports_of(file) if upward(name, one)]
    assert found == []


def test_modules_are_short() -> None:
    """A module has 300 lines at most."""
    lines = {str(file): len(file.read_text().splitlines()) for _, file in modules()}
    assert {name: count for name, count in lines.items() if count > 300} == {}, "move a part of it to another module"


def loaded_with(node: ast.AST, modules: Collection[str]) -> Iterator[str]:
    """The modules of these that a module imports when it is imported itself, and not for type checkers alone."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names if alias.name in modules)
        elif isinstance(child, ast.ImportFrom) and child.module:
            for alias in child.names:
                found = f"{child.module}.{alias.name}"
                yield from (name for name in [found if found in modules else child.module] if name in modules)
        elif not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) and not (
            isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"
        ):
            yield from loaded_with(child, modules)


def test_no_modules_import_each_other() -> None:
    """The imports of the modules make no circle."""
    files = {
        ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): file
        for file in PACKAGE.rglob("*.py")
    }
    edges = {name: set(loaded_with(parsed(file), files)) for name, file in files.items()}
    TopologicalSorter(edges).prepare()


@pytest.mark.parametrize(
    ("name", "imported"),
    [
        ("errors", "aioheroku._http"),
        ("_ratelimit", "aioheroku._client.session"),
        ("_codec", "aioheroku.events"),
        ("_ratelimit", "aioheroku._middleware.retry"),
    ],
)
def test_the_layer_test_would_fail(name: str, imported: str) -> None:
    """An upward or sideways import is noticed."""
    assert upward(name, imported)


@pytest.mark.parametrize(
    ("library", "home"),
    [
        ("cattrs", "_codec"),
        ("aiolimiter", "_ratelimit"),
        ("redis", "_ratelimit"),
        ("click", "cli"),
        ("rich", "cli"),
        ("jinja2", "audit"),
    ],
)
def test_a_library_is_imported_in_one_place(library: str, home: str) -> None:
    """Only one folder knows a library, so that replacing it is a change in one place."""
    users = {name for name, file in modules() for imported in imports_of(file) if imported.split(".")[0] == library}
    assert users <= {home}


def test_only_the_transport_imports_aiohttp() -> None:
    """The network is known in the transport; the session names aiohttp for its type alone, and a handler its server."""
    named = {"_client/session.py", "_client/options.py", "webhooks/_handler.py"}
    users = {
        file.relative_to(PACKAGE).as_posix()
        for _, file in modules()
        for imported in imports_of(file)
        if imported.split(".")[0] == "aiohttp"
    }
    assert {user for user in users if not user.startswith("_transport/")} <= named
    for name in named:
        tree = ast.parse((PACKAGE / name).read_text())
        plain = [node for node in tree.body if isinstance(node, ast.Import)]
        assert "aiohttp" not in {alias.name for node in plain for alias in node.names}


def test_platform_and_client_share_no_code() -> None:
    """Client and platform cannot be wrong together: neither imports the other."""
    for file in (PACKAGE / "testing").rglob("*.py"):
        foreign = [name for name in imports_of(file) if name.startswith("aioheroku.") and ".testing" not in name]
        assert foreign == [], file
    for name, file in modules():
        if name != "cli":
            assert not [found for found in imports_of(file) if found.startswith("aioheroku.testing")], file


def test_every_public_name_is_there() -> None:
    """`__all__` is sorted, has whatever is imported `as` itself, and each of its names can be imported."""
    assert list(aioheroku.__all__) == sorted(aioheroku.__all__)
    for name in aioheroku.__all__:
        assert getattr(aioheroku, name) is not None
    exported = {
        alias.name
        for node in ast.walk(ast.parse((PACKAGE / "__init__.py").read_text()))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname == alias.name
    }
    assert exported | set(dir(resources)) == set(aioheroku.__all__)


def functions(tree: ast.Module | ast.ClassDef) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions of a module and of its classes."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from functions(node)


def test_every_test_states_its_promise() -> None:
    """Each test function has a docstring."""
    silent = [
        f"{file.relative_to(TESTS)}::{node.name}"
        for file in TESTS.rglob("test_*.py")
        for node in functions(parsed(file))
        if node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert silent == []


def test_changelog_and_version_agree() -> None:
    """The newest section holds unreleased changes or is the package's version, as is the newest released one."""
    sections = re.split(r"^## \[(.+?)\].*$", (TESTS.parent / "CHANGELOG.md").read_text(), flags=re.MULTILINE)[1:]
    names, texts = sections[::2], sections[1::2]
    versions = [tuple(map(int, name.split("."))) for name in names if name != "Unreleased"]
    assert versions == sorted(set(versions), reverse=True)
    assert names[0] in {"Unreleased", aioheroku.__version__}
    assert "Unreleased" not in names[1:]
    assert re.search(r"^- ", texts[0], re.MULTILINE)
    released = [name for name in names if name != "Unreleased"]
    assert released[:1] in ([], [aioheroku.__version__])


def test_listeners_of_tests_read_events() -> None:
    """An event that a test listens to is read for secrets: it goes to an `EventLog`, or to a function of the test."""
    blind = [
        f"{file.relative_to(TESTS)}:{node.value.lineno}"
        for file in TESTS.rglob("*.py")
        if "on_event" in file.read_text()
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.keyword) and node.arg == "on_event" and ast.unparse(node.value).endswith(".append")
    ]
    assert blind == [], "use EventLog of tests/_support/secrets.py"
