"""Campaigns at their edges: one inside another, dry runs that are caught, a full disk, a token that expires."""

import asyncio
import dataclasses
import gc
import itertools
import json
import subprocess
import sys
import tarfile
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs
import pytest

from aioheroku import (
    App,
    Credentials,
    Done,
    Dyno,
    Failed,
    Heroku,
    Journal,
    LogSession,
    Outcome,
    Planned,
    Unknown,
    errors,
)
from aioheroku._codec import Extra
from aioheroku.testing import Platform
from aioheroku.testing.faults import Answer
from tests._support.secrets import raises
from tests._support.thorough import some


async def all_of(campaign: AsyncIterator[Outcome[Any, Any]]) -> list[Any]:
    return [outcome async for outcome in campaign]


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def is_there(path: Path) -> bool:
    return path.exists()


def text(path: Path) -> str:
    return path.read_text()


def writes(platform: Platform) -> int:
    return sum(record.method != "GET" for record in platform.requests)


async def number(item: int) -> int:
    await asyncio.sleep(0)
    return item


# One campaign inside another


async def test_an_inner_campaign_counts_in_the_outer(heroku: Heroku, platform: Platform, apps: list[str]) -> None:
    """Accounts of apps: the tokens of the inner one are the outer one's too, and its budget sees them."""

    async def audit(_account: str) -> int:
        return len(await all_of(heroku.each(heroku.apps.info, apps)))

    before = platform.requests_total
    async with heroku.each(audit, ["a", "b", "c"], concurrency=1, budget=len(apps) + 1) as outcomes:
        found = await all_of(outcomes)
        assert [outcome.tokens for outcome in found] == [len(apps)] * 2
        assert outcomes.summary.tokens == platform.requests_total - before == 2 * len(apps)
        assert outcomes.left == ["c"]


async def test_an_outer_journal_knows_inner_writes(heroku: Heroku, apps: list[str], path: Path) -> None:
    """An account that was left in the middle is not started again, unless its apps have a journal of their own."""

    async def account(_name: str, inner: Path | None) -> None:
        journal = Journal(inner) if inner else None
        async with heroku.each(heroku.dynos.create, apps[:2], command="date", journal=journal) as outcomes:
            await all_of(outcomes)
        raise LookupError

    for inner, again in ((None, Unknown), (path.with_name("inner"), Failed)):
        outer = path.with_name(f"outer-{again.__name__}")
        for expected in (Failed, again):
            (outcome,) = await all_of(heroku.each(account, ["a"], inner, journal=Journal(outer)))
            assert type(outcome) is expected


# Dry runs


async def two_writes(heroku: Heroku, app: str) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(heroku.dynos.create(app, command="date"))
        group.create_task(heroku.apps.update(app, maintenance=True))


async def caught(heroku: Heroku, app: str) -> str:
    for write in (heroku.dynos.create(app, command="date"), heroku.apps.update(app, maintenance=True)):
        try:
            await write
        except errors.HerokuError:
            continue
    return "done"


@pytest.mark.parametrize("call", [two_writes, caught])
async def test_each_refused_write_is_planned(heroku: Heroku, platform: Platform, apps: list[str], call: Any) -> None:
    """Whatever the function does about the error: all the writes that it reached are named."""
    dry = heroku.using(dry_run=True)
    async with dry.each(partial(call, dry), apps[:1]) as outcomes:
        (outcome,) = await all_of(outcomes)
        assert outcomes.summary.planned == 1
    assert isinstance(outcome, Planned)
    assert [request.method for request in outcome.requests] == ["POST", "PATCH"]
    assert writes(platform) == 0


async def test_a_dry_run_records_nothing(heroku: Heroku, apps: list[str], path: Path) -> None:
    """No file is created, an old one stays as it is, and what it has as done is reported."""
    dry = heroku.using(dry_run=True)
    assert [type(found) for found in await all_of(dry.each(dry.apps.info, apps[:2], journal=Journal(path)))] == [
        Done
    ] * 2
    assert not is_there(path)
    await all_of(heroku.each(heroku.dynos.create, apps[:1], command="date", journal=Journal(path)))
    before = lines(path)
    found = await all_of(dry.each(dry.dynos.create, apps[:2], command="date", journal=Journal(path)))
    assert {type(outcome) for outcome in found} == {Done, Planned}
    assert lines(path) == before
    with raises(errors.JournalMismatch):
        await all_of(dry.each(dry.dynos.create, apps[:2], command="rake", journal=Journal(path)))


WRITES: dict[str, Callable[[Heroku, str, Path], Any]] = {
    "output": lambda heroku, app, _: heroku.check_output(app, "date"),
    "deploy": lambda heroku, app, folder: heroku.deploy(app, folder),
    "slug": lambda heroku, app, folder: heroku.push_slug(app, folder / "slug.tgz", {"web": "run"}),
    "post": lambda heroku, app, _: heroku.request("POST", "/apps/{app}/dynos", {"env": {"A": "s3cr3t"}}, app=app),
    "put": lambda heroku, app, _: heroku.request("PUT", "/apps/{app}/config-vars", {"A": "s3cr3t"}, app=app),
    "delete": lambda heroku, app, _: heroku.request("DELETE", "/apps/{app}", app=app),
    "more": lambda heroku, app, _: heroku.using(extra_body={"secret": "s3cr3t"}).apps.update(app, maintenance=True),
}


@pytest.mark.parametrize("name", WRITES)
async def test_every_kind_of_write_is_planned(
    heroku: Heroku, platform: Platform, *, apps: list[str], tmp_path: Path, name: str
) -> None:
    """Dynos, uploads and raw requests too: nothing is sent but reads."""
    with tarfile.open(tmp_path / "slug.tgz", "w:gz") as archive:
        archive.add(__file__, "./app/run")
    dry = heroku.using(dry_run=True)

    async def write(app: str) -> None:
        await WRITES[name](dry, app, tmp_path)

    (outcome,) = await all_of(dry.each(write, apps[:1]))
    assert isinstance(outcome, Planned)
    assert "s3cr3t" not in f"{outcome} {outcome.requests[0].body}"
    assert writes(platform) == 0


async def test_logs_are_a_read(platform: Platform, apps: list[str], path: Path) -> None:
    """A log session changes nothing: it is made in a dry run and by a read-only session, and leaves no item open."""
    async with Heroku(platform.token, base_url=platform.url, read_only=True) as heroku:

        async def read(app: str) -> None:
            async for _ in heroku.using(dry_run=True).logs(app):
                break
            raise LookupError

        for _ in range(2):
            (outcome,) = await all_of(heroku.each(read, apps[:1], journal=Journal(path)))
            assert isinstance(outcome, Failed)
            assert isinstance(outcome.error, LookupError)


# Ends


async def test_a_refused_write_is_not_left_open(
    heroku: Heroku, platform: Platform, apps: list[str], path: Path
) -> None:
    """A token that is refused in the middle ends the campaign; with a new one the same writes are made."""
    for app in apps:
        platform.fault(Answer(401, {"id": "unauthorized"}), path=f"/apps/{app}/dynos", method="POST")
    journal = Journal(path)
    async with heroku.each(heroku.dynos.create, apps, command="date", journal=journal, concurrency=4) as outcomes:
        with raises(errors.Unauthorized):
            await all_of(outcomes)
        assert set(outcomes.left) == set(apps)
    platform.clear_faults()
    found = await all_of(heroku.each(heroku.dynos.create, apps, command="date", journal=journal))
    assert [type(outcome) for outcome in found] == [Done] * len(apps)


async def test_a_renewed_token_is_not_a_write(platform: Platform, apps: list[str], path: Path) -> None:
    """That the access token was renewed while an item was read leaves nothing open."""
    async with Heroku(platform.token, base_url=platform.url) as owner:
        client = await owner.oauth_clients.create(name="example", redirect_uri="https://example.com/callback")
        authorization = await owner.oauth_authorizations.create(scope=["global"], client=client.id)
        assert authorization.grant is not None
        code = authorization.grant.code
        tokens = await owner.oauth_tokens.create(
            client={"secret": client.secret}, grant={"type": "authorization_code", "code": code}
        )
    credentials = Credentials.oauth(
        tokens.access_token.token, refresh_token=tokens.refresh_token.token, client_secret=client.secret
    )
    platform.fault(Answer(401, {"id": "unauthorized"}), path=f"/apps/{apps[0]}")
    async with Heroku(credentials, base_url=platform.url) as heroku:

        async def read(app: str) -> None:
            await heroku.apps.info(app)
            raise LookupError

        before = platform.requests_total
        async with heroku.each(read, apps[:1], journal=Journal(path)) as outcomes:
            (outcome,) = await all_of(outcomes)
            assert outcomes.summary.tokens == platform.requests_total - before == 4
        assert isinstance(outcome.error, LookupError)
    assert [line for line in lines(path) if line.get("wrote") or "writes" in line] == []


async def test_what_is_done_is_never_left(heroku: Heroku, platform: Platform, apps: list[str], path: Path) -> None:
    """After the budget is spent nothing is started, but what an earlier run has done is reported, and is not left."""
    done = apps[-3:]
    await all_of(heroku.each(heroku.dynos.create, done, command="date", journal=Journal(path)))
    again = heroku.each(heroku.dynos.create, apps, command="date", journal=Journal(path), budget=3, concurrency=2)
    async with again as outcomes:
        found = await all_of(outcomes)
        assert {outcome.item for outcome in found if outcome.resumed} == set(done)
        assert len(found) == 5  # one of the three tokens says which account it is
        assert set(outcomes.left) == set(apps) - {outcome.item for outcome in found}
        assert outcomes.summary.left == len(apps) - 5
    assert writes(platform) == 5


async def test_a_dropped_campaign_frees_its_journal(heroku: Heroku, apps: list[str], path: Path) -> None:
    """Left without `async with`, its file can be continued a little later."""
    async for _ in heroku.each(heroku.apps.info, apps, journal=Journal(path)):
        break
    for _ in range(500):
        try:
            found = await all_of(heroku.each(heroku.apps.info, apps, journal=Journal(path)))
        except errors.JournalMismatch:
            continue  # the account was asked for: a turn of the loop
        assert len(found) == len(apps)
        return
    pytest.fail("the file is still locked")


async def test_opened_and_dropped(heroku: Heroku, apps: list[str], path: Path) -> None:
    """A campaign that was only opened releases its file, too."""
    campaign = heroku.each(heroku.apps.info, apps, journal=Journal(path))
    await campaign.open()
    del campaign
    for _ in range(500):
        try:
            assert len(await all_of(heroku.each(heroku.apps.info, apps, journal=Journal(path)))) == len(apps)
        except errors.JournalMismatch:
            continue
        return
    pytest.fail("the file is still locked")


async def test_cancelled_while_it_opens(heroku: Heroku, apps: list[str], path: Path) -> None:
    """The thread that opens the file cannot be stopped: the file is released when it has."""
    for turns in some(range(1, 40), 8):
        task = asyncio.create_task(all_of(heroku.each(heroku.apps.info, apps[:1], journal=Journal(path))))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        del task  # its error holds what was cancelled
        gc.collect()
    journal = Journal(path)
    for _ in range(500):
        try:
            assert len(await all_of(heroku.each(heroku.apps.info, apps[:1], journal=journal))) == 1
        except errors.JournalMismatch:
            continue
        return
    pytest.fail("the file is still locked")


async def test_closed_before_it_began(heroku: Heroku, apps: list[str]) -> None:
    """It has no outcome, and does not wait."""
    campaign = heroku.each(heroku.apps.info, apps)
    await campaign.aclose()
    assert await asyncio.wait_for(all_of(campaign), 5) == []
    assert campaign.left == apps


async def test_it_is_asynchronous(heroku: Heroku, apps: list[str]) -> None:
    """Used as a list or a coroutine it says how it is used."""
    campaign: Any = heroku.each(heroku.apps.info, apps)
    with raises(TypeError, match="async with"):
        iter(campaign)
    with raises(TypeError, match="async with"):
        await campaign


async def test_items_that_outcomes_feed(heroku: Heroku) -> None:
    """Items may depend on outcomes: waiting for the next item blocks no delivery, with a budget too."""
    queue: asyncio.Queue[int] = asyncio.Queue()
    queue.put_nowait(0)

    async def items() -> AsyncIterator[int]:
        for _ in range(5):
            yield await queue.get()

    seen: list[int] = []
    async with asyncio.timeout(5):
        async for outcome in heroku.each(number, items(), concurrency=3, budget=100):
            assert isinstance(outcome, Done)
            seen.append(outcome.value)
            queue.put_nowait(outcome.value + 1)
    assert seen == [0, 1, 2, 3, 4]


async def test_endless_items_can_be_shown(heroku: Heroku) -> None:
    """The text of a campaign does not count items that have no end."""
    async with heroku.each(number, itertools.count(), concurrency=2) as outcomes:
        async for outcome in outcomes:
            if outcome.item >= 3:
                break
    assert repr(outcomes).startswith("<Campaign number: ")


async def test_no_more_workers_than_items(heroku: Heroku) -> None:
    """Only as many workers exist as there are items."""
    before = len(asyncio.all_tasks())
    async with heroku.each(number, [1, 2], concurrency=10_000) as outcomes:
        await anext(outcomes)
        assert len(asyncio.all_tasks()) - before <= 2


async def test_a_list_of_the_platform_has_a_journal(heroku: Heroku, apps: list[str], path: Path) -> None:
    """Items that come page by page are journaled by their ids."""
    found = await all_of(heroku.each(heroku.dynos.list, heroku.apps.list(), journal=Journal(path)))
    assert len(found) == len(lines(path)) - 1 == len(apps)


# What a journal is told


async def test_keywords_come_in_any_order(heroku: Heroku, apps: list[str], path: Path) -> None:
    """The same arguments in another order are the same campaign; those of a `partial` are arguments too."""
    create, journal = heroku.dynos.create, Journal(path)
    await all_of(heroku.each(create, apps[:1], command="date", size="eco", journal=journal))
    (found,) = await all_of(heroku.each(create, apps[:1], size="eco", command="date", journal=journal))
    assert found.resumed
    other = Journal(path.with_name("partial"))
    await all_of(heroku.each(partial(create, command="date"), apps[:1], journal=other))
    with raises(errors.JournalMismatch, match="arguments"):
        await all_of(heroku.each(partial(create, command="rake"), apps[:1], journal=other))


@dataclasses.dataclass
class Opened:
    """What a caller makes of a response."""

    app: str
    session: LogSession


async def test_secrets_in_own_classes(heroku: Heroku, apps: list[str], path: Path) -> None:
    """In a dataclass, in a key, in a deep list: a value that holds a secret is left out whole."""
    await heroku.config_vars.update(apps[0], {"KEY": "hunter-2"})

    async def opened(app: str) -> Any:
        config = await heroku.config_vars.info(app)
        session = await heroku.log_sessions.create(app)
        return {0: Opened(app, session), 1: {config["KEY"]: 1}, 2: [[Done(app, config["KEY"])]]}[len(kinds)]

    kinds: list[int] = []
    for kind in range(3):
        file = path.with_name(f"{kind}.jsonl")
        for expected in (False, True):
            (found,) = await all_of(heroku.each(opened, apps[:1], journal=Journal(file)))
            assert isinstance(found, Done)
            assert (found.value is None) is expected
        text = file.read_text()
        assert "hunter-2" not in text
        assert "http" not in text
        kinds.append(kind)


async def test_values_come_back_as_they_were(heroku: Heroku, apps: list[str], path: Path) -> None:
    """A function that says what it returns gets the same again when it is resumed: models, ids, numbers."""

    async def create(app: str) -> Dyno:
        return await heroku.dynos.create(app, command="date")

    async def identify(app: str) -> UUID:
        return (await heroku.apps.info(app)).id

    async def count(app: str) -> dict[str, list[Dyno]]:
        return {"dynos": await heroku.dynos.list(app)}

    for call in (create, identify, count):
        await comes_back(heroku, call, apps[0], path.with_name(call.__name__))


async def comes_back(heroku: Heroku, call: Callable[[str], Any], app: str, file: Path) -> None:
    (first,) = await all_of(heroku.each(call, [app], journal=Journal(file)))
    (again,) = await all_of(heroku.each(call, [app], journal=Journal(file)))
    assert isinstance(again, Done)
    assert again.resumed
    assert again.value == without_extra(first.value)
    assert type(again.value) is type(first.value)


def without_extra(value: Any) -> Any:
    """Keys of unknown meaning are not recorded."""
    if isinstance(value, list):
        return [without_extra(item) for item in value]
    return attrs.evolve(value, extra=Extra()) if isinstance(value, App) else value


async def test_unknown_keys_hide_no_value(heroku: Heroku, apps: list[str], path: Path) -> None:
    """A model with keys that it does not name comes back without these: one of them may be a secret."""
    assert (await heroku.apps.info(apps[0])).extra
    await comes_back(heroku, heroku.apps.info, apps[0], path)
    assert "process_tier" not in text(path)


async def test_models_of_untyped_functions(heroku: Heroku, apps: list[str], path: Path) -> None:
    """A lambda, which cannot say what it returns, gets its models again, one or a list of them."""

    async def listed(app: str) -> Any:
        return [await heroku.apps.info(app)]

    calls = (lambda app, *_: heroku.dynos.list(app), lambda app, *_: heroku.apps.info(app), listed)
    for place, call in enumerate(calls):
        await comes_back(heroku, call, apps[0], path.with_name(f"{place}"))


FULL = """
import asyncio, resource, signal, sys
from aioheroku import Heroku, Journal

async def main(url, token, path, limit, apps):
    async with Heroku(token, base_url=url) as heroku:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        try:
            async with heroku.each(heroku.apps.info, apps, journal=Journal(path), concurrency=4) as outcomes:
                async for outcome in outcomes:
                    pass
        except OSError as error:
            print(type(error).__name__)

asyncio.run(main(*sys.argv[1:4], int(sys.argv[4]), sys.argv[5:]))
"""


async def test_a_full_disk_spoils_nothing(heroku: Heroku, platform: Platform, apps: list[str], path: Path) -> None:
    """It ends the campaign; half a line is taken back, so that the journal can be continued when there is room."""
    await all_of(heroku.each(heroku.apps.info, apps[:2], journal=Journal(path)))
    limit = len(text(path)) + 100
    arguments = (sys.executable, "-c", FULL, platform.url, platform.token, str(path), str(limit), *apps)
    process = await asyncio.create_subprocess_exec(*arguments, stdout=subprocess.PIPE)
    told, _ = await process.communicate()
    assert told == b"OSError\n"
    found = await all_of(heroku.each(heroku.apps.info, apps, journal=Journal(path)))
    assert [type(outcome) for outcome in found] == [Done] * len(apps)


def test_lines_of_refused_writes(path: Path) -> None:
    """They cancel what an earlier line says of the item."""
    journal = Journal(path)
    for line, known in (("writes", True), ("refused", False)):
        journal.open("call", [], "account")
        asyncio.run(journal.write("a", {line: "POST /apps"}))
        journal.close()
        journal.open("call", [], "account")
        assert (journal.claim("a") is not None) is known
        journal.close()
