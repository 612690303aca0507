"""Where the command writes: odd names, odd encodings, streams that are closed or full, files others prepared."""

import csv
import io
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from aioheroku.audit import FINDINGS
from aioheroku.audit._reports.files import replacing
from aioheroku.cli._commands import cli
from aioheroku.cli._formatting import cell
from aioheroku.testing import Platform
from tests._support.thorough import some

Run = Callable[..., Result]
NAMES = ["=1+1", "+1", "-1", "@SUM(A1)", "esc\x1b[31m\x07", "m\u00fcller", "nl\nline", "\u202ertl", "\u4e16\u754c"]


@pytest.fixture
def hostile(platform: Platform) -> Platform:
    """Apps whose names are made to do harm, in a report, a terminal or a spreadsheet."""
    for app, name in zip(platform.state.apps.values(), NAMES, strict=False):
        app.row["name"] = name
    return platform


@pytest.mark.parametrize(
    ("format", "charset"), some(product(["table", "csv", "jsonl"], ["utf-8", "ascii", "latin-1"]), 2)
)
def test_odd_names_cost_no_report(
    hostile: Platform, monkeypatch: pytest.MonkeyPatch, format: str, charset: str
) -> None:
    """Whatever the names and the encoding of the terminal, every app is in the report, and none drives a terminal."""
    monkeypatch.setenv("HEROKU_API_KEY", hostile.token)
    monkeypatch.setenv("COLUMNS", "200")
    arguments = ["audit", "--include", "dynos", "--format", format, "--base-url", hostile.url]
    result = CliRunner(charset=charset).invoke(cli, arguments)
    assert result.exit_code == 0, result.output
    assert not {"\x1b", "\x07", "\u202e"} & set(result.output)
    rows = result.stdout.partition("Where to look")[0].splitlines()
    assert len([row for row in rows if row.strip()]) == 25 + {"table": 2, "csv": 1, "jsonl": 0}[format]


def test_no_cell_is_a_formula(run: Run, hostile: Platform) -> None:
    """A cell of the CSV that a spreadsheet would calculate begins with an apostrophe: it is text there."""
    result = run("audit", "--include", "dynos", "--format", "csv")
    names = {row["name"] for row in csv.DictReader(io.StringIO(result.stdout))}
    assert {"'=1+1", "'+1", "'-1", "'@SUM(A1)", "m\u00fcller", "esc\ufffd[31m\ufffd", "nl\ufffdline"} <= names


@pytest.mark.parametrize(
    ("text", "shown"),
    [("=a", "'=a"), ("\t=a", "'\ufffd=a"), ("\r=a", "'\ufffd=a"), ("a=b", "a=b"), ("", ""), ("\ud800", "\ufffd")],
)
def test_a_cell_is_text(text: str, shown: str) -> None:
    """What begins as a formula is marked as text, what cannot be shown is replaced, all else stays."""
    assert cell(text) == shown


@pytest.mark.parametrize("format", ["table", "csv"])
def test_a_prepared_link_is_not_written_through(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str
) -> None:
    """A link where the report is written meanwhile harms nobody's file: the name is unpredictable, the file ours."""
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / ".report.part").symlink_to(victim)
    report = tmp_path / "report"
    assert run("audit", "--format", format, "--output", report).exit_code == 0
    assert victim.read_text() == "precious"
    assert not report.is_symlink()
    assert {path.name for path in tmp_path.iterdir()} == {"victim", ".report.part", "report"}
    assert report.stat().st_mode & 0o111 == 0

    monkeypatch.setattr("secrets.token_hex", lambda _: "known")
    (tmp_path / ".report.known.part").symlink_to(victim)
    result = run("audit", "--format", format, "--output", report)
    assert result.exit_code == 1
    assert "File exists" in result.stderr
    assert victim.read_text() == "precious"


def test_a_device_stays_a_device(tmp_path: Path) -> None:
    """`--output /dev/null` is written in place: it must not become a file."""
    link = tmp_path / "null"  # so that a failure of this test harms no machine
    link.symlink_to(os.devnull)
    with replacing(link, at_once=False, keep=lambda: True) as stream:
        stream.write("report")
    assert link.is_symlink()
    assert [path.name for path in tmp_path.iterdir()] == ["null"]


@pytest.mark.parametrize("gathered", [True, False])
def test_an_error_keeps_what_was_written(tmp_path: Path, gathered: bool) -> None:
    """When the work fails the report holds what there was, or the earlier one stays; no other file is left."""
    report = tmp_path / "report"
    report.write_text("yesterday's")
    with suppress(ZeroDivisionError), replacing(report, at_once=False, keep=lambda: gathered) as stream:
        stream.write("today's")
        raise ZeroDivisionError
    assert report.read_text() == ("today's" if gathered else "yesterday's")
    assert list(tmp_path.iterdir()) == [report]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a disk that is always full")
@pytest.mark.parametrize("format", ["table", "csv", "jsonl", "html"])
def test_a_full_disk_is_one_line(run: Run, tmp_path: Path, format: str) -> None:
    """What cannot be written is one line and status 1: no traceback, no silence."""
    full = tmp_path / "full"  # a link, so that a failure of this test harms no machine
    full.symlink_to("/dev/full")
    result = run("audit", "--include", "dynos", "--format", format, "--output", full, "--concurrency", 1)
    assert result.exit_code == 1
    assert "aioheroku: No space left on device" in result.stderr
    assert "Traceback" not in result.output


def shell(platform: Platform, tail: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """The command in a shell, with what follows it there."""
    words = " ".join([sys.executable, "-m", "aioheroku", *arguments, "--base-url", platform.url, tail])
    environment = {**os.environ, "HEROKU_API_KEY": platform.token}
    return subprocess.run(  # noqa: S603
        ["/bin/sh", "-c", words], capture_output=True, text=True, timeout=60, check=False, env=environment
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a shell and /dev/full")
@pytest.mark.parametrize(
    ("arguments", "tail", "status", "words"),
    some(
        [
            (["limits"], ">&-", 1, "standard output is closed"),
            (["audit", "--include", "dynos"], ">&-", 1, "standard output is closed"),
            (["limits"], ">/dev/full", 1, "No space left on device"),
            (["audit", "--include", "dynos"], ">/dev/full", 1, "No space left on device"),
            (["audit", "--include", "dynos", "--format", "csv"], "2>&-", 0, ""),
            (["audit", "--include", "dynos", "--format", "csv"], "2>/dev/full", 0, ""),
            (["audit", "--include", "dynos", "--format", "csv"], "| head -c 1", 0, ""),
        ],
        4,
    ),
)
def test_streams_that_are_closed_or_full(
    platform: Platform, arguments: list[str], tail: str, status: int, words: str
) -> None:
    """A stream that takes nothing is reported where that is possible, with the right status and no traceback."""
    done = shell(platform, tail, *arguments)
    assert done.returncode == status
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    if status == 0 and "head" not in tail:
        assert len(done.stdout.splitlines()) == 26


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a shell")
def test_a_file_needs_no_standard_output(platform: Platform, tmp_path: Path) -> None:
    """With `--output` standard output is not needed, and nothing else gets into the report in its place."""
    report = tmp_path / "report.csv"
    done = shell(platform, ">&- 2>&-", "audit", "--include", "dynos", "--format", "csv", "--output", str(report))
    assert done.returncode == 0
    assert len(list(csv.DictReader(io.StringIO(report.read_text())))) == 25


def test_limits_watch_without_a_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Into a pipe each state is written at once, not only the last one at the end."""
    written: list[int] = []

    async def pause(_: float) -> None:
        written.append(sys.stdout.tell() if sys.stdout.seekable() else -1)
        if len(written) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("aioheroku.cli._limits.pause", pause)
    result: Any = run("limits", "--watch")
    assert result.exit_code == 130
    assert result.stdout.count("tokens left") == 3


@pytest.mark.parametrize("width", some([30, 40, 50, 60], 3))
def test_a_narrow_terminal_keeps_the_findings(run: Run, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    """However narrow, the table has its findings, and no line is wider than the terminal."""
    monkeypatch.setenv("COLUMNS", str(width))
    table = run("audit").stdout.partition("Where to look")[0].splitlines()
    assert "Findings" in table[0]
    assert max(len(line.rstrip()) for line in table) <= width
    shown = [kind.strip() for line in table[2:] for kind in line[table[0].index("Findings") :].split(",")]
    assert {"crashed-dynos", "no-log-drain", "deprecated-stack"} <= set(shown) <= {*FINDINGS, "-", ""}
