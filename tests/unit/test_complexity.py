"""Functions are short enough to be read at once: their cyclomatic complexity is bounded, one by one and on average.

It is counted as radon does (`radon cc -a -s aioheroku`), so that its output says where a bound is exceeded.
"""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from statistics import mean

import pytest

import aioheroku

PACKAGE = Path(aioheroku.__file__).parent
MOST = 12
MEAN = 2.7
Function = ast.FunctionDef | ast.AsyncFunctionDef


def inside(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """These nodes and all below, but for the insides of functions, classes and assertions."""
    for node in nodes:
        yield node
        if not isinstance(node, Function | ast.ClassDef | ast.Assert):
            yield from inside(ast.iter_child_nodes(node))


def decisions(node: ast.AST) -> int:
    """How many further ways through the code a node makes."""
    match node:
        case ast.If() | ast.IfExp() | ast.Assert():
            return 1
        case ast.For() | ast.AsyncFor() | ast.While():
            return 1 + bool(node.orelse)
        case ast.Try():
            return len(node.handlers) + bool(node.orelse)
        case ast.BoolOp():
            return len(node.values) - 1
        case ast.comprehension():
            return 1 + len(node.ifs)
        case ast.Match():
            return len(node.cases) - any(getattr(one.pattern, "pattern", False) is None for one in node.cases)
        case _:
            return 0


def complexity(function: Function) -> int:
    return 1 + sum(map(decisions, inside(function.body)))


def blocks(body: list[ast.stmt]) -> Iterator[tuple[str, int]]:
    """The names and complexities of the functions, classes and methods of a module; a class counts as a mean one."""
    for node in inside(body):
        if isinstance(node, Function):
            yield node.name, complexity(node)
        elif isinstance(node, ast.ClassDef):
            methods = [one for one in inside(node.body) if isinstance(one, Function)]
            whole = 1 + sum(map(decisions, inside(node.body))) + sum(map(complexity, methods))
            yield node.name, whole // max(1, len(methods)) + (len(methods) > 1)
            yield from ((f"{node.name}.{one.name}", complexity(one)) for one in methods)


@cache
def measured() -> dict[str, int]:
    """The complexity of everything in the package, the simulated platform included."""
    return {
        f"{file.relative_to(PACKAGE)}: {name} ({number})": found
        for file in sorted(PACKAGE.rglob("*.py"))
        for number, (name, found) in enumerate(blocks(ast.parse(file.read_text(encoding="utf-8")).body))
    }


def test_no_function_is_complex() -> None:
    """No function, method or class is above the bound: what is gets named steps, or a table."""
    assert {name: found for name, found in measured().items() if found > MOST} == {}


@pytest.mark.parametrize("part", ["client", "testing"])
def test_functions_are_simple_on_average(part: str) -> None:
    """The client and the simulated platform are each below the bound for the mean."""
    found = [one for name, one in measured().items() if name.startswith("testing/") == (part == "testing")]
    assert mean(found) <= MEAN


def test_counting() -> None:
    """Every kind of decision counts, closures do not: an example with all of them."""
    source = """
class Example:
    def method(self, items):
        def closure():
            return 1 if items else 2
        for item in items:
            if item and item > 1 or item < 0:
                pass
        else:
            assert items
        while items: break
        try: pass
        except ValueError: pass
        else: pass
        match items:
            case 1: pass
            case _: pass
        return [one for one in items if one] or (lambda: 1 if items else 2)

    def other(self): ...
"""
    assert dict(blocks(ast.parse(source).body)) == {"Example": 9, "Example.method": 15, "Example.other": 1}
