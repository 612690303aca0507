"""`import aioheroku`: what type checkers see of it is what there is, imported when it is first used."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import aioheroku

MODULES = ("auth", "cache", "errors", "events", "webhooks")


def typed() -> dict[str, str]:
    """The names that stand there for type checkers, with the module of each."""
    tree = ast.parse(Path(str(aioheroku.__file__)).read_text(encoding="utf-8"))
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module != "aioheroku")
    return {alias.asname: str(node.module) for node in nodes for alias in node.names if alias.asname}


def test_typed_names_are_there() -> None:
    """Each name is the one of the module that type checkers take it from, and is public."""
    names = typed()
    assert len(names) > 30
    for name, module in names.items():
        assert getattr(aioheroku, name) is getattr(import_module(module), name)
    assert set(names) <= set(aioheroku.__all__)


def test_no_further_name_is_imported() -> None:
    """What is public beside resources and `errors` stands there for type checkers too."""
    from aioheroku import resources

    assert set(aioheroku.__all__) - set(dir(resources)) - {"errors"} == set(typed())


@pytest.mark.parametrize("name", MODULES)
def test_modules_need_no_import(name: str) -> None:
    """`import aioheroku` is enough for `aioheroku.errors` and its like, and imports none of them before."""
    code = f"import sys, aioheroku; assert 'aioheroku.{name}' not in sys.modules; print(aioheroku.{name}.__name__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)  # noqa: S603
    assert done.stdout.strip() == f"aioheroku.{name}", done.stderr
