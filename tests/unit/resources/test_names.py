"""The names of the resources stand once: in their files. What repeats them is written by this file, as a script.

    python tests/unit/resources/test_names.py

writes the imports of `aioheroku/resources/__init__.py`, the table beside it and the annotations of `Heroku`.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap

import pytest

import aioheroku
from aioheroku import resources
from aioheroku._client.attributes import RESOURCES

CHECKOUT = Path(__file__).parent.parent.parent.parent / "aioheroku"
PACKAGE = CHECKOUT if CHECKOUT.is_dir() else Path(aioheroku.__file__).parent  # without a checkout: the installed one
FOLDER = PACKAGE / "resources"
WIDTH = 120 - 4
REMEDY = "run `python tests/unit/resources/test_names.py`"


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Each module of resources with names that users import, as `apps.domains`, and its tree."""
    for file in sorted(FOLDER.rglob("*.py")):
        if file.name not in {"__init__.py", "_table.py", "_bases.py"}:
            yield ".".join(file.relative_to(FOLDER).with_suffix("").parts), ast.parse(file.read_text())


def classes(tree: ast.Module, base: str = "") -> list[str]:
    """The public classes that a module defines, or those with this base alone."""
    found = [
        (node.name, [ast.unparse(one) for one in node.bases]) for node in tree.body if isinstance(node, ast.ClassDef)
    ]
    found += [(name, ["TypedDict"]) for name in mappings(tree)]
    return [name for name, bases in found if not name.startswith("_") and (not base or base in bases)]


def mappings(tree: ast.Module) -> list[str]:
    """The mappings that a module defines by a call, since their keys are not Python names."""
    return [
        ast.unparse(node.targets[0])
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func) == "TypedDict"
    ]


def attributes() -> dict[str, str]:
    """The attributes of a session: the name of the file, and the class with its operations."""
    found = {name.rpartition(".")[2]: classes(tree, "Resource") for name, tree in sources()}
    return {name: kinds[0] for name, kinds in sorted(found.items()) if kinds}


def written(text: str, marker: str, lines: list[str]) -> str:
    """The text with these lines between its two marks."""
    pattern = re.compile(rf"( *)# <{marker}>\n.*?# </{marker}>\n", re.DOTALL)
    match = pattern.search(text)
    assert match is not None, marker
    indent = match[1]
    block = "".join(f"{indent}{line}\n" for line in [f"# <{marker}>", *lines, f"# </{marker}>"])
    return text[: match.start()] + block + text[match.end() :]


def table_row(module: str, names: list[str]) -> list[str]:
    """The row of a module in the table, as the formatter wraps it."""
    row = f'"{module}": "{" ".join(names)}",'
    if len(row) <= WIDTH:
        return [row]
    *lines, last = wrap(" ".join(names), WIDTH - 8)
    return [f'"{module}": (', *(f'    "{line} "' for line in lines), f'    "{last}"', "),"]


def files() -> dict[Path, str]:
    """The files that repeat the names, with their expected content."""
    names = {name: classes(tree) for name, tree in sources()}
    package, table = FOLDER / "__init__.py", FOLDER / "_table.py"
    imports = [f"from aioheroku.resources.{name} import *" for name in names]
    rows = [row for name, found in names.items() for row in table_row(name, sorted(found))]
    session = PACKAGE / "_client" / "attributes.py"
    annotations = [f"{name}: resources.{kind}" for name, kind in attributes().items()]
    return {
        package: written(package.read_text(), "imports", imports),
        table: written(table.read_text(), "table", rows),
        session: written(session.read_text(), "resources", annotations),
    }


@pytest.mark.parametrize("file", list(files()), ids=lambda file: file.name)
def test_the_names_are_those_of_the_files(file: Path) -> None:
    """A resource is declared in one file: the other files are as the script writes them."""
    assert file.read_text() == files()[file], REMEDY


def test_a_resource_is_named_after_its_file() -> None:
    """Each file has one class of operations, whose attribute of a session is the file's name."""
    kinds = {name: classes(tree, "Resource") for name, tree in sources() if not name.startswith("_")}
    assert {name: found for name, found in kinds.items() if len(found) != 1} == {}
    assert {name: getattr(resources, kind).__module__.rpartition(".")[2] for name, kind in attributes().items()} == {
        name: name for name in RESOURCES
    }


def test_every_name_is_in_one_file_alone() -> None:
    """Two files that define the same name would hide each other."""
    found = [name for _, tree in sources() for name in classes(tree)]
    assert sorted(found) == sorted(set(found))
    assert set(found) == set(dir(resources)) <= set(aioheroku.__all__)


if __name__ == "__main__":
    for path, content in files().items():
        path.write_text(content)
