"""The platform as a thing in the hands of a test: life, records, accounts."""

import asyncio
import gc
import http.client
import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from aioheroku.testing import Platform
from aioheroku.testing._data.certificates import describe
from aioheroku.testing._dates import stamp
from tests._support.platform_client import Api, Open
from tests._support.secrets import raises
from tests._support.thorough import some

SOURCES = Path(sys.modules["aioheroku.testing"].__file__ or "").parent


def fetch(url: str, path: str, **headers: str) -> tuple[int, Any]:
    """A GET without any event loop."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
    try:
        connection.request("GET", path, headers={"Accept": "application/vnd.heroku+json; version=3", **headers})
        answer = connection.getresponse()
        return answer.status, json.load(answer)
    finally:
        connection.close()


async def test_it_starts_and_closes_by_hand() -> None:
    """A free port of loopback by default, no URL before and after, and a second life on the same state."""
    platform = Platform(apps=1)
    for _ in range(2):
        with raises(RuntimeError, match="not running"):
            _ = platform.url
        await platform.start()
        assert platform.url.startswith("http://127.0.0.1:")
        await platform.close()
    await platform.close()


async def test_a_taken_port_is_an_error() -> None:
    """OSError, and nothing is left behind."""
    async with Platform() as first:
        with raises(OSError, match="address"):
            await Platform(port=int(first.url.rpartition(":")[2])).start()


async def test_requests_are_recorded(api: Api, platform: Platform) -> None:
    """Method, raw path with its query, status, template, headers and body of each, until they are cleared."""
    await api("POST", "/apps?x=%261", {"name": "example"})
    await api("GET", "/nowhere")
    first, second = platform.requests
    assert (first.method, first.path, first.status, first.template) == ("POST", "/apps?x=%261", 201, "/apps")
    assert json.loads(first.body) == {"name": "example"}
    assert first.headers["accept"] == "application/vnd.heroku+json; version=3"
    assert (second.status, second.template) == (404, None)
    assert platform.requests_total == 2
    platform.clear_requests()
    assert (len(platform.requests), platform.requests_total) == (0, 0)


async def test_requests_in_flight_are_counted(serve: Open) -> None:
    """The peak is how many were handled at once; afterwards none is."""
    async with serve(latency=0.02) as (platform, api):
        await asyncio.gather(*(api("GET", "/account") for _ in range(8)))
        assert platform.peak_in_flight == 8
        assert platform.in_flight == 0


async def test_seeds(serve: Open) -> None:
    """One seed gives one token and one fleet, children included, in whatever order they are looked at."""

    async def everything(seed: int, *, backwards: bool) -> tuple[str, dict[tuple[str, str], Any]]:
        async with serve(apps=8, seed=seed) as (platform, api):
            rows = (await api("GET", "/apps", Range="id ..")).body
            seen = dict[tuple[str, str], Any]()
            for row in reversed(rows) if backwards else rows:
                for part in ("releases", "addons", "config-vars", "dynos", "log-drains", "collaborators"):
                    seen[row["id"], part] = (await api("GET", f"/apps/{row['id']}/{part}")).body
            return platform.token, seen

    one, same, other = [
        await everything(1, backwards=False),
        await everything(1, backwards=True),
        await everything(2, backwards=False),
    ]
    assert one == same
    assert one[0] != other[0]
    assert not set(one[1]) & set(other[1])


def test_a_larger_fleet_begins_like_a_smaller_one() -> None:
    """App number n is the same whatever the size of the fleet."""
    few, many = (Platform(apps=count, seed=4, clock=lambda: 1.5e9) for count in (5, 50))
    assert list(few.state.names) == list(many.state.names)[:5]


def test_a_fleet_is_believable() -> None:
    """In 500 apps there is some of everything that an audit looks for, and most apps are in order."""
    platform = Platform(apps=500, clock=lambda: 1_450_000_000.0)
    apps = list(platform.state.apps.values())
    parts = [app.parts for app in apps]
    drains = [drain["url"] for each in parts for drain in each.log_drains]
    emails = [row["user"]["email"] for each in parts for row in each.collaborators]
    shares = {
        "maintenance": sum(app.row["maintenance"] for app in apps),
        "crashed": sum(any(dyno["state"] == "crashed" for dyno in each.dynos) for each in parts),
        "old": sum(app.row["released_at"] < "2014-12-13" for app in apps),
        "deprecated": sum(app.row["stack"]["name"] == "cedar" for app in apps),
        "eu": sum(app.row["region"]["name"] == "eu" for app in apps),
        "no drain": sum(not len(each.log_drains) for each in parts),
        "plain drain": sum(url.startswith("http://") for url in drains),
        "ssl": sum(bool(len(each.ssl_endpoints)) for each in parts),
        "outsiders": sum(not email.endswith("@example.com") for email in emails),
        "failed": sum(any(row["status"] == "failed" for row in each.releases) for each in parts),
        "certificate": sum(bool(len(each.sni_endpoints)) for each in parts),
        "ended": sum(app.row["stack"]["name"] == "heroku-16" for app in apps),
    }
    assert all(5 < share < 250 for share in shares.values()), shares
    assert len({app.row["owner"]["email"] for app in apps}) == 12 + 1 + 2  # people, oneself, two organizations
    assert {sum(row["status"] == "succeeded" for row in each.releases) for each in parts} == set(range(1, 41))
    for app, each in zip(apps, parts, strict=True):
        dates = [row["created_at"] for row in each.releases.sorted_by("version").rows]
        assert dates == sorted(dates)
        (current,) = [row for row in each.releases if row["current"]]
        assert (dates[0], current["created_at"]) == (app.row["created_at"], app.row["released_at"])
        assert dates[-1] <= app.row["updated_at"]
        assert len(each.dynos) == sum(row["quantity"] for row in each.formation)
        assert platform.email in [row["user"]["email"] for row in each.collaborators]
        assert all(var in each.config for addon in each.addons for var in addon["config_vars"])


def test_certificates_of_a_fleet_are_whole() -> None:
    """Each says the same as its PEM does, is for the domains that name it, and one in two ends within 30 days."""
    clock = 1_790_000_000.0
    platform = Platform(apps=150, clock=lambda: clock)
    found = [(app.parts, row) for app in platform.state.apps.values() for row in app.parts.sni_endpoints]
    ends = list[str]()
    for parts, row in found:
        about = row["ssl_cert"]
        assert about == describe(row["certificate_chain"], about["id"])
        named = [one for one in parts.domains if one["sni_endpoint"] == {"id": row["id"], "name": row["name"]}]
        assert [one["hostname"] for one in named] == about["cert_domains"]
        assert [one["id"] for one in named] == row["domains"]
        assert about["starts_at"] < stamp(clock) < about["expires_at"]
        ends.append(about["expires_at"])
    assert [end < stamp(clock + 30 * 86400) for end in ends] == [True, False] * 3


def test_a_virtual_clock_may_begin_at_zero() -> None:
    """Pools follow it, and dates begin at the present all the same."""
    platform = Platform(apps=3, clock=lambda: 0.0)
    assert all(app.row["created_at"] > "2020" for app in platform.state.apps.values())


def test_it_runs_in_a_thread() -> None:
    """Synchronous code can talk to it, and after the block it is closed."""
    with Platform(apps=2).in_thread() as platform:
        assert fetch(platform.url, "/regions")[0] == 200
        assert platform.requests_total == 1
    with raises(RuntimeError):
        _ = platform.url


def test_a_thread_leaves_no_task(caplog: pytest.LogCaptureFixture) -> None:
    """A stream whose reader is gone waits for lines: it is over with the block."""
    for _ in range(3):
        with Platform(apps=1, seed=1).in_thread() as platform:
            (app,) = platform.state.names
            platform.logs(app).write("one")
            token = {"Authorization": f"Bearer {platform.token}", "Content-Type": "application/json"}
            request = urllib.request.Request(f"{platform.url}/apps/{app}/log-sessions", b'{"tail": true}', token)  # noqa: S310
            request.add_header("Accept", "application/vnd.heroku+json; version=3")
            with urllib.request.urlopen(request, timeout=10) as made:  # noqa: S310
                url = json.load(made)["logplex_url"]
            with urllib.request.urlopen(url, timeout=10) as lines:  # noqa: S310
                assert lines.readline()
    gc.collect()
    assert "destroyed" not in caplog.text


def test_the_fixture(heroku_platform: Platform) -> None:
    """`heroku_platform` is a running platform with five apps, in a synchronous test too."""
    assert len(heroku_platform.state.apps) == 5
    assert fetch(heroku_platform.url, "/stacks")[0] == 200


async def test_the_factory(heroku_platform_factory: Any) -> None:
    """`heroku_platform_factory` starts as many as wanted, in an asynchronous test too."""
    one, two = heroku_platform_factory(apps=2), heroku_platform_factory(apps=3, seed=1)
    assert (len(one.state.apps), len(two.state.apps)) == (2, 3)
    assert one.url != two.url


@pytest.mark.parametrize("number", some([signal.SIGINT, signal.SIGTERM], 2))
def test_as_a_process(number: signal.Signals) -> None:
    """The first line of output is JSON with url and token; a signal ends it with status 0."""
    command = [sys.executable, "-m", "aioheroku.testing", "--apps", "3", "--refill", "step", "--latency", "0-0.001"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own command
        try:
            assert process.stdout is not None
            said = json.loads(process.stdout.readline())
            status, apps = fetch(said["url"], "/apps", Authorization=f"Bearer {said['token']}")
            assert (status, len(apps)) == (200, 3)
            process.send_signal(number)
            assert process.wait(10) == 0
        finally:
            process.kill()


def test_it_shares_no_code_with_the_client() -> None:
    """No module of it imports anything of aioheroku but its own package."""
    for path in SOURCES.rglob("*.py"):
        for line in path.read_text().splitlines():
            words = line.split()
            if words[:1] in (["from"], ["import"]):
                assert not words[1].startswith("aioheroku") or words[1].startswith("aioheroku.testing"), path
                assert not words[1].startswith("..."), path


def test_plugin_imports_nothing_until_used() -> None:
    """Importing the plugin's package imports no aiohttp and no server."""
    code = (
        "import sys, types, importlib.util as u\n"
        "package = types.ModuleType('aioheroku'); package.__path__ = [sys.argv[1]]\n"
        "sys.modules['aioheroku'] = package\n"
        "import aioheroku.testing.plugin\n"
        "print([name for name in sys.modules if name.startswith(('aiohttp', 'aioheroku.testing.platform'))])"
    )
    command = [sys.executable, "-c", code, str(SOURCES.parent)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own command
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", ["apps", "capacity", "refill_per_hour", "remaining", "port", "latency"])
@pytest.mark.parametrize("value", ["5", [], True, 10**400], ids=lambda value: str(value)[:5])
def test_a_number_must_be_one(name: str, value: Any) -> None:
    """What is not a number, or beyond all that a platform counts, is a ValueError that begins with the argument."""
    with raises(ValueError, match=f"^{name} must be"):
        Platform(**{name: value})
