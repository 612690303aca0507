"""mypy and pyright, both strict, see every parameter of every method: right calls pass, each wrong one is an error."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests._support.thorough import some

ROOT = Path(__file__).parent.parent.parent.parent
TABLE: list[dict[str, Any]] = json.loads((ROOT / "tests" / "data" / "reference.json").read_text())
HEAD = "from aioheroku import Heroku, Range\n\nRANGE = Range()\n\n\nasync def calls(heroku: Heroku) -> None:\n"

WRONG = [
    "heroku.appz",
    "heroku.apps.info_(1)",
    "await heroku.apps.info()",
    "await heroku.apps.info(app='example')",
    "(await heroku.apps.info('example')).nam",
    "(await heroku.apps.info('example')).created_at.upper()",
    "(await heroku.apps.info('example')).slug_size + 1",
    "(await heroku.apps.info('example')).name = 'other'",
    "list(heroku.apps.list())",
    "len(heroku.apps.list())",
    "'x' in heroku.apps.list()",
    "heroku.apps.list()[0]",
    "heroku.apps.list() + []",
    "next(heroku.apps.list())",
    "await heroku.apps",
    "await heroku.apps.info(None)",
    "await heroku.apps.info(['example'])",
    "heroku.apps()",
    "heroku.apps.get('example')",
    "await heroku",
    "heroku.apps.list(range='id ..')",
    "heroku.apps.list(range=Range(order='up'))",
    "await heroku.builds.create('example', source_blob={'version': 'v'})",
    "await heroku.builds.create('example', source_blob={'url': 'u', 'version': 'v', 'check': 'c'})",
    "await heroku.app_setups.create(source_blob={'url': 'u'}, app={'nam': 'x'})",
    "await heroku.formation.batch_update('example', updates=[{'process': 'web', 'quantity': '2'}])",
    "await heroku.formation.batch_update('example', updates=[{'proces': 'web'}])",
    "await heroku.config_vars.update('example', {'A': 5})",
    "await heroku.oauth_tokens.create(client={'secret': 's'}, grant={'kode': 'c'})",
    "await heroku.oauth_authorizations.create(scope=5)",
    "heroku.using(priority='high')",
    "heroku.using(extra_body=5)",
    "heroku.request_pages('GET', '/apps', model='App')",
    "await heroku.request('GET', '/apps/{app}', app=['x'])",
    "Heroku(5)",
    "Heroku.from_env(base_ulr='https://api.example.com')",
    "Heroku.from_env(timeout='5')",
]
"""Beside what is made of the table: one wrong thing a line."""


def right_calls() -> Iterator[str]:
    """Every endpoint's example call."""
    for _, call, keywords in examples():
        yield call(keywords)


def wrong_calls() -> Iterator[str]:
    """An unknown keyword for every method; every keyword once with a wrong value, every required one once missing."""
    for row, call, _ in examples():
        yield call("unknown=1")
        required = {parameter["path"].partition(":")[0] for parameter in row["required"]}
        for part in split(row):
            name = part.partition("=")[0]
            others = [other for other in split(row) if other != part]
            yield call(", ".join([*others, f"{name}=object()"]))
            optional = row["attribute"] == "oauth_tokens" or (row["attribute"], row["method"]) == ("account", "update")
            if name in required and not optional:
                yield call(", ".join(others))


def split(row: dict[str, Any]) -> list[str]:
    """The keywords of an example call, one by one."""
    body = dict(row["body"] or {})
    match row["attribute"], row["method"]:
        case "oauth_tokens", _:
            del body["refresh_token"]
        case "organizations", "update":
            body = {"default": True}
        case "config_vars", _:
            body = {}
        case _:
            pass
    return [f"{name}={value!r}" for name, value in body.items()]


def written(row: dict[str, Any], positional: list[str], keywords: str) -> str:
    """A call as a line of Python."""
    arguments = ", ".join([*positional, *filter(None, [keywords])])
    return f"{'' if row['orders'] else 'await '}heroku.{row['attribute']}.{row['method']}({arguments})"


def examples() -> Iterator[tuple[dict[str, Any], Callable[[str], str], str]]:
    """Each endpoint with a way to write its call, and the keywords of its example."""
    for resource in TABLE:
        for row in resource["endpoints"]:
            positional = ["'example'"] * row["path"].count("{")
            if (row["attribute"], row["method"]) == ("config_vars", "update"):
                positional.append(repr(row["body"]))

            yield row, partial(written, row, positional), ", ".join(split(row))


def mypy(files: list[Path]) -> set[tuple[str, int]]:
    """The files and lines in which mypy finds an error."""
    pytest.importorskip("mypy")
    command = [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)  # noqa: S603 - ourselves
    assert done.returncode in (0, 1), done.stdout + done.stderr
    found = re.findall(r"^(?:\S*/)?(\w+\.py):(\d+): error", done.stdout, re.MULTILINE)
    return {(name, int(line)) for name, line in found}


def pyright(files: list[Path]) -> set[tuple[str, int]]:
    """The files and lines in which pyright finds an error."""
    program = Path(sys.executable).parent / "pyright"
    if not program.exists():
        pytest.skip("pyright is not installed beside this Python")
    project = files[0].parent / "pyrightconfig.json"
    settings = {"include": [str(file) for file in files], "typeCheckingMode": "strict", "pythonVersion": "3.11"}
    project.write_text(json.dumps(settings))
    command = [str(program), "--outputjson", "--pythonpath", sys.executable, "--project", str(project)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)  # noqa: S603 - ourselves
    try:
        found = json.loads(done.stdout)["generalDiagnostics"]
    except ValueError:
        pytest.skip(f"pyright does not run here: {done.stderr[-200:]}")
    errors = [item for item in found if item["severity"] == "error"]
    return {(Path(item["file"]).name, item["range"]["start"]["line"] + 1) for item in errors}


@pytest.mark.parametrize("check", some([mypy, pyright], 2), ids=lambda check: check.__name__)
def test_right_calls_pass_and_wrong_ones_fail(
    check: Callable[[list[Path]], set[tuple[str, int]]], tmp_path: Path
) -> None:
    """The example call of every endpoint, api.py and a recipe have no error; each wrong call has one in its line.

    Wrong are unknown and missing keywords, wrong types and keys, misspelt resources and fields. One run a checker: most
    of its time goes into reading the library.
    """
    right, wrong = list(right_calls()), [*WRONG, *wrong_calls()]
    assert len(right) == sum(len(resource["endpoints"]) for resource in TABLE)
    assert len(wrong) > 2 * len(right)
    for name, lines in (("right.py", right), ("wrong.py", wrong)):
        (tmp_path / name).write_text(HEAD + "".join(f"    {line}\n" for line in lines))
    recipe = ROOT / "docs" / "cookbook" / "grow_an_app.py"
    for file in (Path(__file__).parent / "api.py", recipe):
        shutil.copy(file, tmp_path)
    found = check([tmp_path / name for name in ("right.py", "wrong.py", "api.py", recipe.name)])
    first = HEAD.count("\n") + 1
    assert [line for number, line in enumerate(right, first) if ("right.py", number) in found] == []
    assert {(name, line) for name, line in found if name != "wrong.py"} == set()
    assert [line for number, line in enumerate(wrong, first) if ("wrong.py", number) not in found] == []
