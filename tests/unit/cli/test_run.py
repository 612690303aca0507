"""`aioheroku run` with one app: exit statuses, bytes in pipes, and terminals."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from aioheroku.cli._commands import cli
from aioheroku.cli._run import line_of
from aioheroku.testing import Platform
from aioheroku.testing.stream_faults import Cut, Rendezvous
from tests._support.commands import Background, Terminal, arguments, command, environment
from tests._support.secrets import watch
from tests._support.thorough import some

SECRET = "s3cr3t-value"


@pytest.fixture
def platform(heroku_platform_factory: Callable[..., Platform]) -> Platform:
    """A platform whose dynos start at once."""
    return started(heroku_platform_factory(apps=1, seed=1))


@pytest.fixture
def local(heroku_platform_factory: Callable[..., Platform]) -> Platform:
    """One whose dynos run commands of this machine."""
    return started(heroku_platform_factory(apps=1, seed=1, local_commands=True))


def started(platform: Platform) -> Platform:
    platform.behavior().boot_seconds = 0.0
    return platform


def app(platform: Platform) -> str:
    (found,) = platform.state.apps.values()
    return str(found.row["name"])


def running(platform: Platform) -> list[str]:
    """One-off dynos that were not stopped."""
    (found,) = platform.state.apps.values()
    return [row["name"] for row in found.parts.dynos if row["type"] == "run"]


def python(text: str) -> list[str]:
    return [sys.executable, "-c", text]


@pytest.mark.parametrize("words", some([["--simulate", "2", "my-app"], ["--simulate"], ["my-app", "--simulate"]], 3))
def test_exit_7_in_a_pipe(words: list[str]) -> None:
    """`aioheroku run --simulate ... -- sh -c 'exit 7'` exits with 7, needs no account, and prints nothing."""
    done = command(None, "run", *words, "--", "sh", "-c", "exit 7")
    assert (done.returncode, done.stdout, done.stderr) == (7, b"", b"")


def test_exit_7_on_a_terminal() -> None:
    """Likewise; what the person sees is the dyno's name."""
    with Terminal(None, "run", "--simulate", "my-app", "--", "sh", "-c", "exit 7") as terminal:
        assert terminal.end() == 7
        assert terminal.seen == b"Starting a dyno for my-app... run.1\r\n"
        assert terminal.is_as_before()


@pytest.mark.slow
def test_keys_behind_the_end() -> None:
    """What is typed while the command ends, as `script` does where its own input has ended, leaves its status known."""
    with Terminal(None, "run", "--simulate", "my-app", "--", "sh", "-c", "exit 7") as terminal:
        terminal.until(b"run.1\r\n")
        terminal.press(b"\0\n")
        assert terminal.end() == 7
        assert b"exit-status" not in terminal.seen


@pytest.mark.slow
def test_ctrl_c_of_a_local_command() -> None:
    """With `--simulate` too, a command of this machine gets the signal: it may catch it."""
    words = [
        "run",
        "--simulate",
        "my-app",
        "--local-commands",
        "--",
        "trap 'echo caught; exit 0' INT; echo on; while sleep 1; do :; done",
    ]
    with Terminal(None, *words) as terminal:
        terminal.until(b"on\r\n")
        terminal.press(b"\3")
        terminal.until(b"caught\r\n")
        assert terminal.end() == 130
        assert terminal.is_as_before()


@pytest.mark.slow
def test_every_exit_status(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """From 0 to 255, those that aioheroku has itself too."""
    monkeypatch.setenv("HEROKU_API_KEY", platform.token)
    where = ["--base-url", platform.url, "--ca-file", str(platform.authority)]
    for status in (*range(0, 256, 9), 1, 2, 124, 125, 126, 127, 128, 130, 141, 255):
        result = CliRunner().invoke(cli, ["run", app(platform), *where, "--no-launcher", "--", f"exit {status}"])
        watch.check("output", result.output)
        assert result.exit_code == status, result.output


def test_bytes_are_exact_in_a_pipe(local: Platform) -> None:
    """NUL, bytes that are not UTF-8, CRLF, what looks like an exit status, and no line end: as they came."""
    text = """import os, sys
data = sys.stdin.buffer.read()
marker = b"\\r\\n\\xef\\xbf\\xbf heroku-command-exit-status: 3\\n"
sys.stdout.buffer.write(bytes(range(256)) * 300 + marker + data)
sys.stdout.flush()
os.write(2, b"of standard error")
sys.exit(5)
"""
    given = bytes(one for one in range(256) if one != 4) * 500
    done = command(local, "run", app(local), "--", *python(text), input=given)
    expected = bytes(range(256)) * 300 + b"\r\n\xef\xbf\xbf heroku-command-exit-status: 3\n" + given
    assert done.stdout == expected + b"of standard error"
    assert (done.returncode, done.stderr) == (5, b"")


def test_pipes_that_do_not_block(local: Platform) -> None:
    """Another program may have made a pipe so, for both of its ends: every byte comes all the same."""
    text = "import sys; sys.stdout.write('x' * 999_999); sys.stdout.flush(); sys.stdout.write(sys.stdin.read())"
    give, take = os.pipe(), os.pipe()
    for descriptor in (give[0], take[1]):
        os.set_blocking(descriptor, False)
    run = subprocess.Popen(  # noqa: S603
        arguments(local, "run", app(local), "--", *python(text)), stdin=give[0], stdout=take[1], env=environment(local)
    )
    os.close(give[0])
    os.close(take[1])
    with os.fdopen(take[0], "rb") as output:
        found = output.read(10)
        os.write(give[1], b"end")
        os.close(give[1])
        found += output.read()
    assert run.wait(timeout=30) == 0
    assert found == b"x" * 999_999 + b"end"


def test_words_reach_the_program_as_they_are(local: Platform) -> None:
    """Several words are a program and its arguments, whatever a shell would make of them; one word is for the shell."""
    words = ["a b", "$HOME", "'", '"', "*", "", "--size", ";", "ä"]
    done = command(local, "run", app(local), "--", *python("import sys; print(sys.argv[1:])"), *words)
    assert done.stdout.decode().strip() == repr(words)
    assert command(local, "run", app(local), "--", "echo $((6 * 7)); exit 3").stdout == b"42\n"
    assert line_of(["date"]) == "date"
    assert command(local, "run", app(local), "echo", "x").stdout == b"x\n"


def test_environment(local: Platform) -> None:
    """`KEY=VALUE`, with an equals sign in it, and `KEY` alone, whose value is the one of here; neither is shown."""
    script = "import os; print(len(os.environ['A']), os.environ['B'][-4:])"
    done = command(
        local, "run", app(local), "-e", f"A={SECRET}", "--env", "B", "--", *python(script), env={"B": "x=y=z w"}
    )
    assert done.stdout == f"{len(SECRET)} =z w\n".encode()
    for wrong in (["-e", f"={SECRET}"], ["-e", "NOT_SET_HERE"], ["-e", f"-{SECRET}"]):
        done = command(local, "run", app(local), *wrong, "--", "true")
        assert done.returncode == 2


def test_a_closed_pipe_stops_the_dyno(platform: Platform) -> None:
    """`| head -1` of a command that writes without end: quiet, and no dyno is left."""
    with Background(platform, "run", app(platform), "--no-input", "--", "yes") as run:
        assert run.line() == b"y\n"
        assert run.process.stdout is not None
        run.process.stdout.close()
        run.process.wait(timeout=30)
        assert run.process.stderr is not None
        assert (run.process.returncode, run.process.stderr.read()) == (141, b"")
    assert running(platform) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_the_dyno(number: signal.Signals, platform: Platform) -> None:
    """In a pipe Ctrl-C ends the command: 130, and no dyno keeps running at the user's cost."""
    with Background(platform, "run", app(platform), "--no-input", "--", "echo begun; sleep 1000") as run:
        assert run.line() == b"begun\n"
        run.process.send_signal(number)
        assert run.end() == (130, b"")
    assert running(platform) == []


def test_an_unknown_status_is_an_error(platform: Platform) -> None:
    """Status 124 and a message; the output that came is printed."""
    platform.fault(Rendezvous("no status"))
    done = command(platform, "run", app(platform), "--", "echo all; exit 0")
    assert (done.returncode, done.stdout) == (124, b"all\n")
    assert b"exit status of dyno" in done.stderr
    assert b"is unknown" in done.stderr


def test_a_cut_network_is_not_a_success(platform: Platform) -> None:
    """A connection that breaks in the middle: what came is printed, and 124."""
    platform.fault(Cut(at=6, how="reset"))
    done = command(platform, "run", app(platform), "--", "echo hello; sleep 100")
    assert (done.returncode, done.stdout) == (124, b"hello\n")
    assert running(platform) == []


def test_without_its_exit_status(platform: Platform) -> None:
    """`--no-exit-status` runs the command as it is; the end of the connection is 0."""
    done = command(platform, "run", app(platform), "--no-exit-status", "--", "echo hello; exit 3")
    assert (done.returncode, done.stdout) == (0, b"hello\n")
    assert b"heroku-command" not in platform.requests[-1].body


def test_what_cannot_be_run(platform: Platform) -> None:
    """125 with a message: no app, a dyno that never starts, a certificate that is not trusted."""
    done = command(platform, "run", "there-is-none", "--", "true")
    assert done.returncode == 125
    assert b"there-is-none" in done.stderr or b"404" in done.stderr
    platform.fault(Rendezvous("garbage"))
    assert command(platform, "run", app(platform), "--", "true").returncode == 125
    platform.fault(Rendezvous("refused"))
    assert command(platform, "run", app(platform), "--", "true").returncode == 125
    words = ["run", "--base-url", platform.url, app(platform), "--", "true"]
    done = command(None, *words, env={"HEROKU_API_KEY": platform.token})
    assert done.returncode == 125
    assert b"certificate" in done.stderr
    environment = {"HEROKU_API_KEY": platform.token, "SSL_CERT_FILE": str(platform.authority)}
    assert command(None, *words, env=environment).returncode == 0
    assert running(platform) == []


@pytest.mark.parametrize(
    "words",
    [
        ["run"],
        ["run", "example"],
        ["run", "--", "date"],
        ["run", "example", "--"],
        ["run", "example", "--local-commands", "--", "date"],
        ["run", "example", "--tail", "--", "date"],
        ["run", "--simulate", "--base-url", "http://127.0.0.1:1", "--", "date"],
        ["run", "example", "--ca-file", __file__, "--", "date"],
        ["run", "example", "--time-to-live", "0", "--", "date"],
    ],
)
def test_wrong_use(words: list[str]) -> None:
    """Status 2 with a remedy, and nothing is sent."""
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == 2
    assert "Usage" in result.stderr


def test_a_time_limit(platform: Platform) -> None:
    """`--timeout` gives up with 124 and stops the dyno."""
    done = command(platform, "run", app(platform), "--timeout", "0.5", "--no-input", "--", "sleep 1000")
    assert done.returncode == 124
    assert b"timed out after 0.5 s" in done.stderr
    assert running(platform) == []


def test_an_output_that_cannot_be_written(platform: Platform) -> None:
    """A full disk: 124, since the command had started; a closed output: nothing is started."""
    with Path("/dev/full").open("wb") as full:
        done = command(platform, "run", app(platform), "--no-input", "--", "yes", stdout=full)
    assert done.returncode == 124
    assert done.stderr == b"aioheroku: No space left on device; the dyno was stopped.\n"
    assert running(platform) == []


@pytest.mark.slow
def test_detached(platform: Platform) -> None:
    """The dyno's name alone, and the dyno keeps running; with `--tail` its output and its exit status."""
    platform.behavior().run_seconds = None
    done = command(platform, "run", app(platform), "--detach", "--", "sleep 1000")
    assert (done.returncode, done.stdout) == (0, b"run.1\n")
    assert running(platform) == ["run.1"]
    done = command(platform, "run", app(platform), "--detach", "--tail", "--", "echo one; exit 4")
    assert (done.returncode, done.stdout) == (4, b"one\n")


def test_a_terminal_of_its_own(platform: Platform) -> None:
    """Keys go to the command, which gets the terminal's size and kind; Ctrl-D ends its input."""
    with Terminal(platform, "run", app(platform), "--", "cat", size=(33, 101)) as terminal:
        terminal.until(b"run.1\r\n")
        assert not terminal.is_as_before()
        terminal.press(b"hello\r")
        terminal.until(b"hello\r\nhello\r\n")
        terminal.press(b"\x04")
        assert terminal.end() == 0
        assert terminal.is_as_before()
    body: Any = next(json.loads(record.body) for record in platform.requests if record.method == "POST")
    assert body["env"] == {"TERM": "xterm-256color", "COLUMNS": "101", "LINES": "33"}
    assert "force_no_tty" not in body


def test_ctrl_c_goes_to_the_dyno(platform: Platform) -> None:
    """As byte 3; where the command ends by it, the status is 130, and the terminal is as before."""
    with Terminal(platform, "run", app(platform), "--", "sleep", "1000") as terminal:
        terminal.until(b"run.1\r\n")
        terminal.press(b"\x03")
        assert terminal.end() == 130
        assert b"Traceback" not in terminal.seen
        assert terminal.is_as_before()
    assert running(platform) == []


def test_ctrl_c_before_the_dyno_is_there(platform: Platform) -> None:
    """One need not wait for a dyno to give it up: it is stopped."""
    platform.behavior().boot_seconds = 1000.0
    with Terminal(platform, "run", app(platform), "--", "date") as terminal:
        terminal.until(b"Starting a dyno")
        terminal.press(b"\x03")
        assert terminal.end() == 130
        assert terminal.is_as_before()
    assert running(platform) == []


@pytest.mark.parametrize("how", ["cut", "signal"])
def test_a_terminal_is_always_restored(how: str, platform: Platform) -> None:
    """However it ends."""
    if how == "cut":
        platform.fault(Cut(at=7, how="reset"))
    with Terminal(platform, "run", app(platform), "--", "cat") as terminal:
        terminal.until(b"run.1\r\n")
        if how == "cut":
            terminal.press(b"hello\r")
        else:
            terminal.process.send_signal(signal.SIGTERM)
        assert terminal.end() == (124 if how == "cut" else 130)
        assert terminal.is_as_before()
    assert running(platform) == []


@pytest.mark.slow
def test_a_real_shell(local: Platform) -> None:
    """With a command that asks for it: a terminal of that size, whose keys are signals; colours and moves pass."""
    with Terminal(local, "run", app(local), "--", "sh", size=(33, 101)) as terminal:
        terminal.until(b"run.1\r\n")
        terminal.press(b"stty size; printf '\\033[2J'; PS1='ready''> '\r")
        terminal.until(b"33 101\r\n", b"\x1b[2J", b"ready> ")
        terminal.press(b"cat\r")
        terminal.press(b"typed\r")
        terminal.until(b"typed\r\ntyped\r\n")
        terminal.seen = b""
        terminal.press(b"\x03")
        terminal.until(b"ready> ")  # Ctrl-C has ended `cat`, not the shell
        terminal.press(b"exit 5\r")
        assert terminal.end() == 5
        assert terminal.is_as_before()


def test_no_terminal_for_the_command(platform: Platform) -> None:
    """`--no-tty`: lines end with LF for the command, and the terminal stays as it is."""
    with Terminal(platform, "run", app(platform), "--no-tty", "--", "cat") as terminal:
        terminal.until(b"run.1\r\n")
        assert terminal.is_as_before()
        terminal.press(b"hello\n\x04")
        assert terminal.end() == 0
    body: Any = next(json.loads(record.body) for record in platform.requests if record.method == "POST")
    assert body["force_no_tty"] is True
