"""Journals: an interrupted campaign continues, does nothing twice, and records no secret."""

import asyncio
import json
import re
import subprocess
import sys
import textwrap
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from aioheroku import Done, Dyno, Failed, Heroku, Journal, Unknown, errors
from aioheroku._campaigns.values import digest
from aioheroku.testing import Platform
from aioheroku.testing.faults import Reset, ServerError
from tests._support.secrets import raises
from tests._support.thorough import some

APPS, OPTIONS = 12, {"retry": None}
Verify = Callable[[str], Awaitable[Dyno | None]]


@pytest.fixture
def verify(heroku: Heroku) -> Verify:
    """Looks up the dyno that an item's write makes."""

    async def find(app: str) -> Dyno | None:
        async for dyno in heroku.dynos.list(app):
            if dyno.command == "date":
                return dyno
        return None

    return find


def text(path: Path) -> str:
    return path.read_text()


def content(path: Path) -> bytes:
    return path.read_bytes()


def replace(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text(path).splitlines()]


def reached(platform: Platform, posts: int) -> bool:
    return requests(platform, "POST") >= posts


def requests(platform: Platform, method: str) -> int:
    return sum(1 for record in platform.requests if record.method == method)


async def test_what_is_done_is_not_done_again(heroku: Heroku, platform: Platform, apps: list[str], path: Path) -> None:
    """The second run makes no write, and has the same values, as objects of their class."""
    runs: list[dict[str, Any]] = []
    for resumed in (False, True):
        async with heroku.each(heroku.dynos.create, apps, command="date", journal=Journal(path)) as outcomes:
            found = [outcome async for outcome in outcomes]
        assert all(isinstance(outcome, Done) and outcome.resumed is resumed for outcome in found)
        runs.append({outcome.item: outcome.value.id for outcome in found if isinstance(outcome, Done)})
        assert all(isinstance(outcome.value, Dyno) for outcome in found if isinstance(outcome, Done))
    assert runs[0] == runs[1]
    assert requests(platform, "POST") == len(apps)


async def test_an_open_campaign_has_begun_nothing(
    heroku: Heroku, platform: Platform, apps: list[str], path: Path
) -> None:
    """It knows how earlier runs left each item, and no other campaign may write to its journal until it is left."""
    async with heroku.each(heroku.dynos.create, [*apps[:2], "gone"], command="date", journal=Journal(path)) as first:
        assert len([outcome async for outcome in first]) == 3
    campaign = heroku.each(heroku.dynos.create, apps[:3], command="date", journal=Journal(path))
    assert campaign.state_of(apps[0]) is None
    await campaign.open()
    states = [campaign.state_of(app) for app in (*apps[:3], "gone")]
    assert states == ["done", "done", None, "failed"]
    assert requests(platform, "POST") == 3
    other = heroku.each(heroku.dynos.create, apps[:3], command="date", journal=Journal(path))
    with raises(errors.JournalMismatch):
        await other.open()
    async with campaign as outcomes:
        assert [outcome.resumed async for outcome in outcomes if isinstance(outcome, Done)].count(True) == 2
    assert requests(platform, "POST") == 4
    left = heroku.each(heroku.dynos.create, apps[:3], command="date", journal=Journal(path))
    await left.open()
    await left.aclose()
    await other.open()
    await other.aclose()
    assert heroku.each(heroku.dynos.create, apps, command="date").state_of(apps[0]) is None


async def test_more_items_are_done(heroku: Heroku, platform: Platform, apps: list[str], path: Path) -> None:
    """The further items of the next run are worked on."""
    for chosen in (apps[:3], apps[:7]):
        async with heroku.each(heroku.dynos.create, chosen, command="date", journal=Journal(path)) as outcomes:
            assert len([outcome async for outcome in outcomes]) == len(chosen)
    assert requests(platform, "POST") == 7


async def test_what_failed_is_tried_again(heroku: Heroku, apps: list[str], path: Path) -> None:
    """A refused write failed; the next run repeats it, unless the journal says not to."""
    items = [apps[0], "no-such-app"]
    for again, error in ((True, errors.NotFound), (True, errors.NotFound), (False, errors.FailedEarlier)):
        journal = Journal(path, retry_failed=again)
        async with heroku.each(heroku.dynos.create, items, command="date", journal=journal) as outcomes:
            found = {outcome.item: outcome async for outcome in outcomes}
        failed = found["no-such-app"]
        assert isinstance(failed, Failed)
        assert isinstance(failed.error, error)
        assert isinstance(found[apps[0]], Done)


@pytest.mark.parametrize("fault", [Reset(executed=True), ServerError(executed=True)], ids=["cut off", "5xx"])
async def test_an_open_write_is_never_repeated(
    heroku: Heroku, platform: Platform, *, apps: list[str], path: Path, verify: Verify, fault: Any
) -> None:
    """It is `Unknown`, in the run and in the next one, until `verify` finds out."""
    platform.fault(fault, path=f"/apps/{apps[0]}/dynos", method="POST")
    for _ in range(2):
        async with heroku.each(heroku.dynos.create, apps[:2], command="date", journal=Journal(path)) as outcomes:
            found = {outcome.item: outcome async for outcome in outcomes}
            assert outcomes.summary.unknown == 1
        assert isinstance(found[apps[0]], Unknown)
        assert isinstance(found[apps[1]], Done)
    assert requests(platform, "POST") == 2

    campaign = heroku.each(heroku.dynos.create, apps[:2], command="date", journal=Journal(path), verify=verify)
    async with campaign as outcomes:
        found = {outcome.item: outcome async for outcome in outcomes}
    assert all(isinstance(outcome, Done) and outcome.resumed for outcome in found.values())
    assert requests(platform, "POST") == 2


async def test_verify_decides_in_the_same_run(
    heroku: Heroku, platform: Platform, apps: list[str], path: Path, verify: Verify
) -> None:
    """What was executed is done, what was not has failed, and is repeated by the next run."""
    for app, executed in zip(apps, (True, False), strict=False):
        platform.fault(Reset(executed=executed), path=f"/apps/{app}/dynos", method="POST")
    for expected in ([Done, Failed], [Done, Done]):
        campaign = heroku.each(heroku.dynos.create, apps[:2], command="date", journal=Journal(path), verify=verify)
        async with campaign as outcomes:
            found = {outcome.item: type(outcome) async for outcome in outcomes}
        assert [found[app] for app in apps[:2]] == expected
    assert requests(platform, "POST") == 3


async def test_an_item_of_several_calls(heroku: Heroku, platform: Platform, apps: list[str], path: Path) -> None:
    """One whose write was executed before something else failed is not started again: the write would be made twice."""

    async def restart(app: str) -> str:
        dyno = await heroku.dynos.create(app, command="date")
        await heroku.apps.info("no-such-app")
        return dyno.name

    for expected in (Failed, Unknown):
        async with heroku.each(restart, apps[:1], journal=Journal(path)) as outcomes:
            assert [type(outcome) async for outcome in outcomes] == [expected]
    assert requests(platform, "POST") == 1


async def test_repeatable_writes_are_repeated(heroku: Heroku, platform: Platform, apps: list[str], path: Path) -> None:
    """Config vars that were cut off have failed, and are set again."""
    platform.fault(Reset(executed=True), path=f"/apps/{apps[0]}/config-vars", method="PATCH")
    for expected in (Failed, Done):
        campaign = heroku.each(heroku.config_vars.update, apps[:1], {"KEY": "hunter-2"}, journal=Journal(path))
        async with campaign as outcomes:
            assert [type(outcome) async for outcome in outcomes] == [expected]
    assert "hunter-2" not in text(path)


async def test_no_secret_is_recorded(heroku: Heroku, platform: Platform, apps: list[str], path: Path) -> None:
    """No argument, no config value, no token, no address of a log: such a value is left out."""

    async def leak(app: str) -> Any:
        session = await heroku.log_sessions.create(app)
        return {"config": await heroku.config_vars.info(app), "log": session}

    await heroku.config_vars.update(apps[0], {"KEY": "hunter-2"})
    async with heroku.each(leak, apps[:2], journal=Journal(path)) as outcomes:
        async for outcome in outcomes:
            assert isinstance(outcome, Done)
    recorded = text(path)
    for secret in ("hunter-2", platform.token, "logplex", "https://", "http://"):
        assert secret not in recorded
    async with heroku.each(leak, apps[:2], journal=Journal(path)) as outcomes:
        assert [outcome.value async for outcome in outcomes if isinstance(outcome, Done)] == [None, None]


CAMPAIGNS: dict[str, dict[str, Any]] = {
    "another call": {"call": "restart_all"},
    "other arguments": {"command": "rake"},
}


@pytest.mark.parametrize("name", CAMPAIGNS)
async def test_another_campaign_is_refused(heroku: Heroku, apps: list[str], path: Path, name: str) -> None:
    """The file stays as it is."""
    async with heroku.each(heroku.dynos.create, apps[:1], command="date", journal=Journal(path)) as outcomes:
        assert len([outcome async for outcome in outcomes]) == 1
    before = content(path)
    if name == "another call":
        campaign: Any = heroku.each(heroku.dynos.restart_all, apps[:1], journal=Journal(path))
    else:
        campaign = heroku.each(heroku.dynos.create, apps[:1], command="rake", journal=Journal(path))
    with raises(errors.JournalMismatch):
        await anext(campaign)
    assert content(path) == before


async def test_another_account_is_refused(heroku: Heroku, platform: Platform, apps: list[str], path: Path) -> None:
    """A new token of the same account continues it; another account's does not."""
    async with heroku.each(heroku.dynos.list, apps[:1], journal=Journal(path)) as outcomes:
        assert len([outcome async for outcome in outcomes]) == 1
    authorization = await heroku.oauth_authorizations.create(scope=["global"])
    assert authorization.access_token is not None
    async with Heroku(authorization.access_token.token, base_url=platform.url) as again:
        found = [outcome async for outcome in again.each(again.dynos.list, apps[:1], journal=Journal(path))]
        assert [outcome.resumed for outcome in found if isinstance(outcome, Done)] == [True]
    other = platform.account("somebody@example.com")
    async with Heroku(other, base_url=platform.url) as foreign:
        with raises(errors.JournalMismatch, match="account"):
            await anext(foreign.each(foreign.dynos.list, apps[:1], journal=Journal(path)))


FILES: dict[str, bytes] = {
    "text": b"hello\n",
    "no line end": b"hello",
    "another JSON": b'{"name": "example"}\n',
    "a later version": b'{"journal": "aioheroku", "version": 99}\n',
    "a table": b"SQLite format 3\x00",
}


@pytest.mark.parametrize("name", FILES)
async def test_what_is_not_a_journal_is_refused(heroku: Heroku, path: Path, name: str) -> None:
    """And stays as it is."""
    replace(path, FILES[name])
    with raises(errors.JournalMismatch):
        await anext(heroku.each(heroku.apps.info, ["example"], journal=Journal(path)))
    assert content(path) == FILES[name]


async def test_a_torn_line_is_cut_off(heroku: Heroku, apps: list[str], path: Path) -> None:
    """Wherever the process ended while it wrote, the journal can be continued, at worst with an item more to do."""
    async with heroku.each(heroku.apps.info, apps[:2], journal=Journal(path)) as outcomes:
        assert len([outcome async for outcome in outcomes]) == 2
    whole = content(path)
    for length in some(range(0, len(whole), 37), 4):
        replace(path, whole[:length])
        async with heroku.each(heroku.apps.info, apps[:2], journal=Journal(path, fsync="never")) as outcomes:
            assert len([outcome async for outcome in outcomes]) == 2
        assert len(lines(path)) == 3


async def test_one_writer_at_a_time(heroku: Heroku, apps: list[str], path: Path) -> None:
    """A second campaign with the file is refused, with the same object and with another one."""
    journal = Journal(path)
    async with heroku.each(heroku.apps.info, apps, journal=journal) as outcomes:
        await anext(outcomes)
        for other in (journal, Journal(path)):
            with raises(errors.JournalMismatch, match="writing"):
                await anext(heroku.each(heroku.apps.info, apps, journal=other))
    async with heroku.each(heroku.apps.info, apps, journal=Journal(path)) as outcomes:
        assert len([outcome async for outcome in outcomes]) == len(apps)


async def test_two_items_of_one_name_are_refused(heroku: Heroku, apps: list[str], path: Path) -> None:
    """Of a list before anything is sent, of an iterator when the second comes."""
    twice = [apps[0], apps[1], apps[0]]
    for items in (twice, iter(twice)):
        with raises(errors.InvalidRequest):
            [_ async for _ in heroku.each(heroku.apps.info, items, journal=Journal(path))]
    with raises(errors.InvalidRequest, match="key"):
        await anext(heroku.each(of_two, [("a", "b")], journal=Journal(path)))


async def of_two(item: tuple[str, str]) -> str:
    return item[0]


PROGRAM = """
import asyncio, sys
from aioheroku import Heroku, Journal

async def main(url, token, path, apps):
    async with Heroku(token, base_url=url, retry=None) as heroku:
        async def work(app):
            await heroku.apps.info(app)
            await heroku.dynos.create(app, command="date")
            await heroku.dynos.create(app, command="date")
        async with heroku.each(work, apps, concurrency=3, journal=Journal(path)) as outcomes:
            async for outcome in outcomes:
                print(outcome.item, type(outcome).__name__, flush=True)

asyncio.run(main(*sys.argv[1:4], sys.argv[4:]))
"""


async def kill_after(process: asyncio.subprocess.Process, reached: Callable[[], bool]) -> None:
    """Kill a process at a moment that only the platform's count of requests determines."""
    while not reached():  # noqa: ASYNC110
        await asyncio.sleep(0.001)
    process.kill()


async def test_killed_at_any_moment_it_goes_on(platform: Platform, apps: list[str], path: Path) -> None:
    """No write is made twice, and every item is done or named as unknown."""
    for moment in some(range(1, 40, 6), 7):
        file = path.with_name(f"{moment}.jsonl")
        before = requests(platform, "POST")
        arguments = (sys.executable, "-c", PROGRAM, platform.url, platform.token, str(file), *apps)
        process = await asyncio.create_subprocess_exec(*arguments, stdout=subprocess.PIPE)
        killer = asyncio.create_task(kill_after(process, partial(reached, platform, before + moment)))
        await process.communicate()
        killer.cancel()
        again = await asyncio.create_subprocess_exec(*arguments, stdout=subprocess.PIPE)
        told, _ = await again.communicate()
        outcomes = dict(line.split() for line in told.decode().splitlines())
        assert outcomes.keys() == set(apps)
        made = requests(platform, "POST") - before
        open_ = sum(kind == "Unknown" for kind in outcomes.values())
        assert 2 * (len(apps) - open_) <= made <= 2 * len(apps)
        assert open_ <= 3


def test_the_file_is_the_owners(path: Path) -> None:
    """Nobody else can read which apps a campaign is about."""
    journal = Journal(path)
    journal.open("apps.info", [], "account")
    journal.close()
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("arguments", "options"),
    [((5,), {}), (("",), {}), (("x",), {"fsync": "often"}), (("x",), {"retry_failed": "yes"})],
)
def test_arguments_are_checked(arguments: tuple[Any, ...], options: dict[str, Any]) -> None:
    """The error names what is wrong."""
    with raises(errors.InvalidRequest):
        Journal(*arguments, **options)


def test_the_page_shows_the_format() -> None:
    """The guide has the words of the file."""
    page = (Path(__file__).parents[3] / "docs" / "guides" / "campaigns.md").read_text()
    assert all(f"`{word}`" in textwrap.dedent(page) for word in ("key", "writes", "done", "failed", "unknown"))


@pytest.mark.parametrize("given", [[["s3cr3t"], {}], [[], {"value": "s3cr3t"}], [[None], {}]])
def test_arguments_are_digested(given: object) -> None:
    """With the journal's salt, since they may be secrets: the same ones differ from journal to journal."""
    assert re.fullmatch("[0-9a-f]{48}", digest(given, "salt"))
    assert digest(given, "salt") != digest(given, "other")
