"""`aioheroku deploy` and `aioheroku wait`: output, exit statuses, and what a person sees."""

import io
import json
import signal
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from aioheroku.cli._commands import cli
from aioheroku.testing import Platform
from aioheroku.testing.stream_faults import Cut
from tests._support.commands import Background, Terminal, command

URL = "https://example.com/source.tar.gz?X-Amz-Signature=s3cr3t"


@pytest.fixture
def platform(heroku_platform_factory: Callable[..., Platform]) -> Platform:
    """A platform whose builds are quick."""
    platform = heroku_platform_factory(apps=1, seed=1)
    platform.behavior().build_seconds = 0.2
    platform.behavior().boot_seconds = 0.1
    return platform


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder to deploy."""
    found = tmp_path / "shop"
    found.mkdir()
    (found / "Procfile").write_text("web: python app.py\n")
    (found / ".gitignore").write_text("*.log\n")
    (found / "a.log").write_text("left out")
    return found


def app(platform: Platform) -> str:
    (found,) = platform.state.apps.values()
    return str(found.row["name"])


def archive(folder: Path) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as packed:
        packed.add(folder / "Procfile", "Procfile")
    return data.getvalue()


def test_a_folder(platform: Platform, folder: Path) -> None:
    """The output is on standard output, line by line, the result on standard error, and nothing else."""
    done = command(platform, "deploy", app(platform), folder, "--version", "1a2b3c")
    assert done.returncode == 0
    assert done.stdout.startswith(b"-----> Ruby app detected\n")
    assert done.stdout.endswith(b"done\n")
    assert done.stderr.startswith(b"Deployed v")
    assert len(done.stderr.splitlines()) == 1
    (build,) = [json.loads(record.body) for record in platform.requests if record.path.endswith("/builds")]
    assert build["source_blob"]["version"] == "1a2b3c"


def test_an_archive(platform: Platform, folder: Path, tmp_path: Path) -> None:
    """A file, or `-` for standard input."""
    file = tmp_path / "source.tgz"
    file.write_bytes(archive(folder))
    assert command(platform, "deploy", app(platform), file).returncode == 0
    assert command(platform, "deploy", app(platform), "-", input=file.read_bytes()).returncode == 0


def test_a_failed_build(platform: Platform) -> None:
    """Status 1; the last lines are on standard error too where it goes elsewhere, and the address is nowhere."""
    platform.behavior().build_fails = True
    done = command(platform, "deploy", app(platform), URL)
    assert done.returncode == 1
    assert b"Push rejected" in done.stdout
    *lines, last = done.stderr.decode().splitlines()
    assert lines[-1].endswith("Push rejected, failed to compile Ruby app")
    assert last.startswith("aioheroku: Build ")
    assert last.endswith(" failed.")


def test_a_failed_release(platform: Platform, folder: Path) -> None:
    """The build is good, its release is not: status 1."""
    platform.behavior().release_fails = True
    platform.behavior().release_seconds = 0.1
    done = command(platform, "deploy", app(platform), folder)
    assert done.returncode == 1
    assert b"failed: the app still runs the previous one" in done.stderr
    assert command(platform, "deploy", app(platform), folder, "--no-release").returncode == 0


@pytest.mark.slow
def test_the_network_breaks(platform: Platform, folder: Path) -> None:
    """An output that is cut is continued: each line once."""
    platform.fault(Cut(at=30, how="reset"), times=2)
    done = command(platform, "deploy", app(platform), folder)
    assert done.returncode == 0
    assert done.stdout.count(b"Ruby app detected") == done.stdout.count(b"Launching") == 1


def test_left_at_ctrl_c(platform: Platform, folder: Path) -> None:
    """The build continues, and the command says how to wait for it; with `--cancel-on-exit` it is cancelled."""
    platform.behavior().build_seconds = 1000.0
    with Background(platform, "deploy", app(platform), folder) as deploy:
        assert deploy.line() == b"-----> Ruby app detected\n"
        deploy.process.send_signal(signal.SIGINT)
        status, errors = deploy.end()
    assert status == 130
    assert errors.startswith(f"The build continues: aioheroku wait build {app(platform)} ".encode())
    with Background(platform, "deploy", app(platform), folder, "--cancel-on-exit") as deploy:
        assert deploy.line() == b"-----> Ruby app detected\n"
        deploy.process.send_signal(signal.SIGINT)
        assert deploy.end()[0] == 130
    assert platform.requests[-1].method == "DELETE"


@pytest.mark.slow
def test_it_takes_too_long(platform: Platform, folder: Path) -> None:
    """Status 124."""
    platform.behavior().build_seconds = 1000.0
    done = command(platform, "deploy", app(platform), folder, "--timeout", "1")
    assert done.returncode == 124
    assert b"The build continues" in done.stderr


def test_wrong_sources(platform: Platform, tmp_path: Path) -> None:
    """Status 2 with the reason, and nothing is built."""
    empty = tmp_path / "empty"
    empty.mkdir()
    plain = tmp_path / "plain.txt"
    plain.write_text("no archive")
    for source in (tmp_path / "missing", empty, plain, "http://example.com/source.tgz?token=s3cr3t"):
        done = command(platform, "deploy", app(platform), source)
        assert (done.returncode, done.stdout) == (2, b""), source
        assert done.stderr.startswith(b"aioheroku: source: ")
    assert not [record for record in platform.requests if record.path.endswith("/builds")]


def test_a_closed_pipe(platform: Platform, folder: Path) -> None:
    """As with `| head -1`: it ends quietly, and the build continues."""
    platform.behavior().build_seconds = 1.0
    with Background(platform, "deploy", app(platform), folder) as deploy:
        deploy.line()
        assert deploy.process.stdout is not None
        deploy.process.stdout.close()
        deploy.process.wait(timeout=30)
        assert deploy.process.stderr is not None
        assert deploy.process.stderr.read() == b""
        assert deploy.process.returncode == 141


def test_a_person_sees_progress(platform: Platform, folder: Path) -> None:
    """On a terminal alone, on a line that goes away."""
    with Terminal(platform, "deploy", app(platform), folder) as terminal:
        assert terminal.end() == 0
    assert b"Uploading" in terminal.seen
    assert b"\x1b[K-----> Ruby app detected\r\n" in terminal.seen


@pytest.mark.slow
def test_a_simulated_deploy(folder: Path) -> None:
    """`--simulate` needs no account."""
    done = command(None, "deploy", "--simulate", "my-app", folder)
    assert done.returncode == 0
    assert done.stderr.startswith(b"Deployed v3 of my-app in ")


def test_wait_for_a_build(platform: Platform, folder: Path) -> None:
    """The newest one where none is named; a failed one is status 1 with its last lines."""
    name = app(platform)
    assert command(platform, "wait", "build", name).returncode == 2
    command(platform, "deploy", name, folder)
    done = command(platform, "wait", "build", name)
    assert done.returncode == 0
    _, number, state = done.stdout.decode().split()
    assert state == "succeeded"
    assert command(platform, "wait", "build", name, number).stdout == done.stdout
    platform.behavior().build_fails = True
    platform.advance(1)  # builds of the same second have no order
    command(platform, "deploy", name, folder)
    done = command(platform, "wait", "build", name)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"Push rejected" in done.stderr


def test_wait_for_the_rest(platform: Platform, folder: Path) -> None:
    """A release by its version, dynos, a dyno, the app."""
    name = app(platform)
    command(platform, "deploy", name, folder)
    done = command(platform, "wait", "release", name)
    version = done.stdout.split()[1].decode()
    assert done.stdout == f"release {version} succeeded\n".encode()
    assert command(platform, "wait", "release", name, version).stdout == done.stdout
    done = command(platform, "wait", "dynos", name, "--type", "web")
    assert done.returncode == 0
    assert all(line.endswith(f" up {version}") for line in done.stdout.decode().splitlines())
    first = done.stdout.split()[0].decode()
    assert command(platform, "wait", "dyno", name, first).stdout == f"{first} up\n".encode()
    assert command(platform, "wait", "app", name, "--released").stdout == f"{name}\n".encode()


def test_a_wait_that_is_over(platform: Platform) -> None:
    """Status 124, with the state that it was last in."""
    platform.behavior().boot_seconds = 1000.0
    done = command(platform, "wait", "addon", app(platform), "there-is-none", "--timeout", "0.2")
    assert (done.returncode, done.stdout) == (124, b"")
    assert b"was not reached within 0.2 s" in done.stderr


def test_ctrl_c_ends_a_wait(platform: Platform) -> None:
    """On a terminal the line that shows the state goes away."""
    with Terminal(platform, "wait", "app", "there-is-none") as terminal:
        terminal.until(b"next look in")
        terminal.press(b"\x03")
        assert terminal.end() == 130
    assert b"Traceback" not in terminal.seen
    assert terminal.seen.endswith(b"\r\x1b[K")


@pytest.mark.slow
def test_simulated_waits() -> None:
    """What it waits for is started first."""
    assert command(None, "wait", "build", "--simulate", "my-app").stdout.endswith(b" succeeded\n")
    assert command(None, "wait", "dynos", "--simulate", "my-app").stdout == b"web.1 up v3\n"


@pytest.mark.parametrize("name", ["deploy", "logs", "run", "wait"])
def test_help_says_what_it_does(name: str) -> None:
    """The summary in the list of commands is that of the command."""
    result = CliRunner().invoke(cli, [name, "--help"])
    assert result.exit_code == 0
    assert "Usage" in result.stdout
