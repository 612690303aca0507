"""Every command of the guides that needs no account runs as it stands."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests._support.thorough import some

ROOT = Path(__file__).parent.parent.parent
GUIDES = ROOT / "docs" / "guides"
LINES = [
    (page, line)
    for page in ("logs", "running", "deploying", "waiting")
    for block in re.findall(r"```shell\n(.*?)```", (GUIDES / f"{page}.md").read_text(), re.DOTALL)
    for line in block.splitlines()
    if "--simulate" in line
]


@pytest.mark.parametrize(("page", "line"), [pytest.param(*case, id=case[1]) for case in some(LINES, 10)])
def test_a_command_runs(page: str, line: str, tmp_path: Path) -> None:
    """With the status that its comment says, or 0; nothing that looks like a failure of ours is shown."""
    (tmp_path / "Procfile").write_text("web: python app.py\n")
    (tmp_path / "aioheroku").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m aioheroku "$@"\n')
    (tmp_path / "aioheroku").chmod(0o700)
    status = int((re.findall(r"# status (\d+)$", line) or ["0"])[0])
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(  # noqa: S602 - a line for a shell
        line,
        shell=True,
        cwd=tmp_path,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == status, (page, done.stderr)
    assert b"Traceback" not in done.stderr
    assert done.stdout or status


def test_the_pages_have_such_commands() -> None:
    """The check above would notice: there are some on each page."""
    assert len({page for page, _ in LINES}) == 4
