"""Who is let in: hosts, tokens, and what the platform can be made with."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from aioheroku.testing import Platform
from tests._support.platform_client import Api, Open
from tests._support.secrets import raises

LOCAL = ["127.0.0.1", "127.0.0.1:80", "127.8.8.8:1", "localhost", "LOCALHOST:5099", "api.localhost", "localhost.",
         "[::1]", "[::1]:5099"]  # fmt: skip
FOREIGN = ["evil.example", "evil.example:5099", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1", "x",
           "[::2]:80", "1.1.1.1:80", "a:b:c", "127.0.0.1@evil.example", "[::1", "api.heroku.com"]  # fmt: skip


@pytest.mark.parametrize("host", LOCAL)
async def test_loopback_hosts_are_served(api: Api, host: str) -> None:
    """Every name and address that always means this machine, with any port."""
    assert (await api("GET", "/account", Host=host)).status == 200


@pytest.mark.parametrize("host", FOREIGN)
async def test_foreign_hosts_are_rejected(api: Api, platform: Platform, host: str) -> None:
    """A page of another domain that resolves to this machine (DNS rebinding) gets 421, even with the token."""
    got = await api("POST", "/apps", {"name": "example"}, Host=host)
    assert (got.status, got.body["id"]) == (421, "misdirected_request")
    assert "RateLimit-Remaining" not in got.headers
    assert "example" not in platform.state.names
    assert (await api("GET", "/regions", Host=host, Authorization=None)).status == 421


async def test_hosts_of_a_platform_for_the_network() -> None:
    """Who listens on more than loopback has names that only the user knows: all are served."""
    async with Platform(host="0.0.0.0") as platform, ClientSession() as session:  # noqa: S104 - what is tested
        url = f"http://127.0.0.1:{platform.url.rpartition(':')[2]}/regions"
        async with session.get(url, headers={"Host": "heroku:5099", "Accept": "*/*"}) as got:
            assert got.status == 400  # missing_version: it was looked at


def test_tokens_are_random_by_default() -> None:
    """A seed gives the same tokens each time, a token is what it is; without either none can be guessed."""
    assert Platform().token != Platform().token
    assert Platform(seed=0).token == Platform(seed=0).token != Platform(seed=1).token
    assert Platform().account("a@example.com") != Platform().account("a@example.com")
    assert Platform(token="mine").token == "mine"
    assert Platform(seed=1, token="mine").token == "mine"
    assert Platform(apps=2).state.names.keys() == Platform(apps=2, seed=0).state.names.keys()


async def test_tokens_that_are_issued_are_as_random(serve: Open) -> None:
    """Those of authorizations too, and they are drawn from a seed where there is one."""
    seen = list[str]()
    for options in ({}, {}, {"seed": 1}, {"seed": 1}):
        async with serve(**options) as (_, api):
            got = await api("POST", "/oauth/authorizations", {"scope": ["global"]})
            seen.append(got.body["access_token"]["token"])
    assert len(set(seen)) == 3
    assert seen[2] == seen[3]


async def test_a_given_token_is_the_only_one(serve: Open) -> None:
    """It is served, and the one of the seed is not."""
    async with serve(seed=1, token="mine") as (_, api):
        assert (await api("GET", "/account")).status == 200
        assert (await api.as_(Platform(seed=1).token)("GET", "/account")).status == 401


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"apps": -3}, "apps"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": float("nan")}, "capacity"),
        ({"refill_per_hour": -1}, "refill_per_hour"),
        ({"refill_per_hour": float("inf")}, "refill_per_hour"),
        ({"remaining": -1}, "remaining"),
        ({"remaining": 2401}, "remaining"),
        ({"refill": "never"}, "refill"),
        ({"port": 99_999}, "port"),
        ({"port": -1}, "port"),
        ({"latency": -0.1}, "latency"),
        ({"latency": (2, 1)}, "latency"),
        ({"latency": float("inf")}, "latency"),
        ({"retry_after": "minutes"}, "retry_after"),
        ({"token": ""}, "token"),
        ({"token": "two words"}, "token"),
        ({"token": "ä"}, "token"),
    ],
)
def test_arguments_that_make_no_sense(options: dict[str, Any], name: str) -> None:
    """ValueError that begins with the argument's name and says what would do."""
    with raises(ValueError, match=f"^{name} must be "):
        Platform(**options)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--port", "99999"], "--port: must be between 0 and 65535, not 99999"),
        (["--apps", "-3"], "--apps: must be at least 0, not -3"),
        (["--capacity", "0"], "--capacity: must be at least 1, not 0"),
        (["--refill-per-hour", "nan"], "--refill-per-hour: must be at least 0, not nan"),
        (["--latency", "slow"], "--latency: 'slow' is neither seconds nor a range"),
        (["--latency", "2-1"], "--latency: must be seconds, or a range"),
        (["--apps", "many"], "--apps: invalid int value: 'many'"),
        (["--host", "no-such-host.invalid"], "cannot listen on no-such-host.invalid"),
    ],
)
def test_options_that_make_no_sense(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One clear line and exit status 2, as for any wrong option."""
    from aioheroku.testing.__main__ import main

    with raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert says in capsys.readouterr().err.splitlines()[-1]


async def test_a_port_that_is_taken() -> None:
    """The process says so and ends with status 2, without a traceback."""
    async with Platform() as first:
        port = first.url.rpartition(":")[2]
        done = subprocess.run(  # noqa: S603, ASYNC221 - our own command, which ends at once
            [sys.executable, "-m", "aioheroku.testing", "--port", port], capture_output=True, text=True, check=False
        )
    assert done.returncode == 2
    assert f"cannot listen on 127.0.0.1 port {port}" in done.stderr
    assert "Traceback" not in done.stderr


def _first_line(*options: str) -> dict[str, Any]:
    """What a process with these options says of itself; its certificate authority is read while it runs."""
    command = [sys.executable, "-m", "aioheroku.testing", "--apps", "1", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own command
        assert process.stdout is not None
        said: dict[str, Any] = json.loads(process.stdout.readline())
        if said["authority"] is not None:
            said["pem"] = Path(said["authority"]).read_text()
        process.terminate()
    return said


def test_a_process_with_a_token_of_its_own() -> None:
    """`--token` is what the first line says; `authority` is the PEM file that clients of attached dynos must trust."""
    pytest.importorskip("cryptography")
    said = _first_line("--token", "mine")
    assert said["token"] == "mine"
    assert said["pem"].startswith("-----BEGIN CERTIFICATE-----")


async def test_the_authority_has_a_file_when_asked() -> None:
    """The same while the platform runs, of its own, and gone with it; platforms of a process have one certificate."""
    pytest.importorskip("cryptography")
    async with Platform() as platform, Platform() as other:
        first, second = platform.authority, other.authority
        assert first is not None
        assert second is not None
        assert first == platform.authority != second
        assert first.read_bytes() == second.read_bytes()
        assert [file.name for file in first.parent.iterdir()] == [first.name]  # no private key
    assert platform.authority is None
    assert not first.parent.exists()


@pytest.mark.slow
def test_processes_have_different_tokens() -> None:
    """Without `--token` or a seed."""
    assert _first_line()["token"] != _first_line()["token"]


@pytest.mark.parametrize(("options", "local"), [([], False), (["--local-commands"], True)])
def test_local_commands_are_an_option(options: list[str], local: bool) -> None:
    """Commands of the machine run only where `--local-commands` asks for it."""
    from aioheroku.testing.__main__ import parser

    assert parser().parse_args(options).local_commands is local
