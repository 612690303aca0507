"""Every Python example of the documentation runs as it stands, against the simulated platform."""

import ast
import asyncio
import inspect
import re
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest
from sybil import Example, Sybil
from sybil.parsers.myst import CodeBlockParser

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
MADE = {"_build", "resources"}
PAGES = [ROOT / "README.md", *sorted(page for page in DOCS.rglob("*.md") if not MADE & set(page.parts))]


def evaluate(example: Example) -> None:
    """Run one block, in which `await` may stand at the top as in `python -m asyncio`."""
    source = "\n" * (example.line + example.parsed.line_offset) + example.parsed
    # The one word that differs from what a reader runs: where the API is.
    source = source.replace("Heroku.from_env()", "Heroku.from_env(base_url=__base_url__)")
    code: CodeType = compile(source, example.path, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    call = FunctionType(code, example.namespace)
    result = call()
    if inspect.iscoroutine(result):
        runner: asyncio.Runner = example.namespace["__runner__"]
        runner.run(result)


@pytest.mark.usefixtures("findings")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_examples_run(page: Path, heroku_platform: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A reader who types in what a page shows, from its top to its end, meets no error."""
    monkeypatch.chdir(tmp_path)  # what an example writes is not left in the checkout
    monkeypatch.setenv("HEROKU_API_KEY", heroku_platform.token)
    document = Sybil(parsers=[CodeBlockParser("python", evaluate)]).parse(page)
    with asyncio.Runner() as runner:
        document.namespace |= {"__runner__": runner, "__base_url__": heroku_platform.url, "__name__": "example"}
        for example in document.examples():
            example.evaluate()


def test_the_readme_has_the_two_commands() -> None:
    """Its first block for the shell installs and audits, the second installs and tests; both are what CI runs."""
    blocks = re.findall(r"```shell\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert "audit --simulate 200" in blocks[0]
    assert "pytest" in blocks[1]
