"""The audit night after night: journal, budget, and what an earlier report saves."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from aioheroku import Heroku, Journal, Pool, Retry
from aioheroku.audit import PARTS, Audit, Audits, Budget, Record
from aioheroku.errors import InvalidRequest, JournalMismatch, Unauthorized
from aioheroku.testing import Platform, faults
from tests._support.secrets import raises
from tests._support.thorough import some
from tests._support.virtual_loop import run

ALL = tuple(PARTS)
SEED = 5


async def gather(audit: Audit | Audits) -> list[Record]:
    return [record async for record in audit.records()]


def rows(records: list[Record]) -> dict[str, Any]:
    return {str(record.id): record.as_json() for record in records}


def saved(records: list[Record], path: Path) -> Path:
    """A report of these records, as `--format jsonl` writes it."""
    path.write_text("".join(json.dumps(record.as_json()) + "\n" for record in records))
    return path


def reads(platform: Platform) -> Counter[str]:
    """How often each part of each app was read."""
    return Counter(request.path for request in platform.requests if request.path.count("/") > 2)


async def test_a_journal_continues_where_it_was_left(platform: Platform, heroku: Heroku, tmp_path: Path) -> None:
    """An audit that was left has the rows of one that was not, and no part that it recorded is read again."""
    whole = await gather(Audit(heroku, include=ALL))
    platform.clear_requests()
    journal = tmp_path / "audit.jsonl"
    async with aclosing(Audit(heroku, include=ALL, journal=journal, concurrency=4).records()) as records:
        async for _ in records:
            break
    recorded = len(journal.read_text().splitlines()) - 1
    audit = Audit(heroku, include=ALL, journal=journal)
    assert rows(await gather(audit)) == rows(whole)
    assert audit.progress.resumed == recorded > 0
    twice = [path for path, times in reads(platform).items() if times > 1]
    assert len(twice) <= 4  # what was under way


async def test_resumed_records_equal_unbroken_ones(heroku: Heroku, tmp_path: Path) -> None:
    """Not only their JSON: times are times and ids are ids, so that rules can calculate with them."""
    journal = tmp_path / "audit.jsonl"
    first = await gather(Audit(heroku, include=ALL, journal=journal))
    again = await gather(Audit(heroku, include=ALL, journal=Journal(journal)))
    assert sorted(first, key=lambda one: one.name) == sorted(again, key=lambda one: one.name)


async def test_an_app_changed_meanwhile_is_read_again(platform: Platform, heroku: Heroku, tmp_path: Path) -> None:
    """What the journal has of an app that was changed since is not reported as the present state."""
    journal, app = tmp_path / "audit.jsonl", next(iter(platform.state.apps.values()))
    await gather(Audit(heroku, include=["domains"], journal=journal))
    await heroku.domains.create(app.row["name"], hostname="www.example.com", sni_endpoint=None)
    platform.advance(10)
    audit = Audit(heroku, include=["domains"], journal=journal)
    record = next(record for record in await gather(audit) if record.name == app.row["name"])
    assert "www.example.com" in record.parts["domains"]
    assert audit.progress.resumed == 11


async def test_a_part_that_failed_is_tried_again(platform: Platform, heroku: Heroku, tmp_path: Path) -> None:
    """An error of an earlier run is not the last word."""
    journal = tmp_path / "audit.jsonl"
    platform.fault(faults.ServerError(), times=3, path="/apps/*/dynos")
    assert sum(len(record.errors) for record in await gather(Audit(heroku, include=["dynos"], journal=journal))) == 3
    platform.clear_requests()
    assert not [record for record in await gather(Audit(heroku, include=["dynos"], journal=journal)) if record.errors]
    assert len(reads(platform)) == 3


async def test_a_journal_of_other_parts_is_refused(heroku: Heroku, tmp_path: Path) -> None:
    """A journal belongs to the parts that it was started with; the file stays as it is."""
    journal = tmp_path / "audit.jsonl"
    await gather(Audit(heroku, include=["dynos"], journal=journal))
    before = journal.read_bytes()
    with raises(JournalMismatch):
        await gather(Audit(heroku, include=["dynos", "domains"], journal=journal))
    assert journal.read_bytes() == before


async def test_no_secret_is_in_a_journal(platform: Platform, heroku: Heroku, tmp_path: Path) -> None:
    """No config value, drain address or token is among its bytes."""
    journal = tmp_path / "audit.jsonl"
    await gather(Audit(heroku, include=ALL, journal=journal))
    written = journal.read_bytes()
    hidden = {platform.token}
    for app in platform.state.apps.values():
        hidden |= {value for value in app.parts.config.values() if len(value) > 16}
        for drain in app.parts.log_drains.sorted_by("id").rows:
            hidden |= {drain["token"], drain["url"]}
    assert len(hidden) > 30
    assert [value for value in hidden if value.encode() in written] == []
    assert journal.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("tokens", [1, 25, 40, 70])
async def test_a_budget_is_never_exceeded(platform: Platform, heroku: Heroku, tokens: int) -> None:
    """No app is started unless the tokens suffice for it, those that were are complete, and the rest is named."""
    audit = Audit(heroku, include=["dynos", "domains", "releases"], budget=tokens)
    records = await gather(audit)
    assert all(len(record.parts) == 3 for record in records)
    assert platform.requests_total <= max(tokens, 3)
    assert len(records) == min(12, max(0, tokens - 3) // 3)
    every = {app.row["name"] for app in platform.state.apps.values()}
    assert set(audit.progress.left.values()) == every - {record.name for record in records}


async def test_retries_count_for_the_budget(platform: Platform) -> None:
    """What is requested twice takes two tokens: fewer apps are read then."""
    platform.fault(faults.ServerError(), times=4, path="/apps/*/dynos")
    retry = Retry(base=0)
    async with Heroku(platform.token, base_url=platform.url, pool=Pool(), retry=retry) as heroku:
        audit = Audit(heroku, include=["dynos"], budget=13, concurrency=1)
        assert len(await gather(audit)) <= 8
    assert platform.requests_total <= 13


async def test_a_journal_costs_no_budget(platform: Platform, heroku: Heroku, tmp_path: Path) -> None:
    """Budget after budget the audit comes to its end: what the journal has takes no token."""
    include, rounds = ["dynos", "domains", "releases"], 0
    while True:
        audit = Audit(heroku, include=include, budget=16, journal=tmp_path / "audit.jsonl")
        records = await gather(audit)
        rounds += 1
        if not audit.progress.left:
            break
    assert len(records) == 12
    assert rounds <= 5
    assert max(reads(platform).values()) == 1


async def test_a_budget_for_several_audits(platform: Platform, heroku: Heroku) -> None:
    """Audits that share a budget take no more than it together."""
    budget = Budget(18)
    audits = [Audit(heroku, include=["dynos"], account=name, budget=budget) for name in ("one", "two")]
    records = await gather(Audits(audits))
    assert platform.requests_total <= 18
    assert 10 <= len(records) < 24
    assert budget.exhausted


async def test_unchanged_apps_are_taken_from_the_report(platform: Platform, heroku: Heroku, tmp_path: Path) -> None:
    """The second night reads what changes without a new `updated_at`, and has the rows of the first."""
    first = await gather(Audit(heroku, include=ALL))
    cost = platform.requests_total
    platform.clear_requests()
    audit = Audit(heroku, include=ALL, since=saved(first, tmp_path / "first.jsonl"))
    assert rows(await gather(audit)) == rows(first)
    assert platform.requests_total * 5 <= cost
    assert audit.progress.kept >= cost - platform.requests_total - 12
    assert audit.progress.changes == []


Change = Callable[[Heroku, str], Awaitable[Any]]


async def _deploy(heroku: Heroku, app: str) -> None:
    slug = await heroku.slugs.create(app, process_types={"web": "run", "clock": "tick"})
    await heroku.releases.create(app, slug=slug.id)


CHANGES: dict[str, Change] = {
    "add-on": lambda heroku, app: heroku.addons.create(app, plan="heroku-postgresql:mini"),
    "collaborator": lambda heroku, app: heroku.collaborators.create(app, user="friend@example.org"),
    "config vars": lambda heroku, app: heroku.config_vars.update(app, {"NEW": "value", "RAILS_ENV": None}),
    "domain": lambda heroku, app: heroku.domains.create(app, hostname="www.example.com", sni_endpoint=None),
    "drain": lambda heroku, app: heroku.log_drains.create(app, url="http://logs.example.com"),
    "maintenance": lambda heroku, app: heroku.apps.update(app, maintenance=True),
    "name": lambda heroku, app: heroku.apps.update(app, name="another-name"),
    "release": _deploy,
    "buildpacks": lambda heroku, app: heroku.buildpack_installations.update(
        app, updates=[{"buildpack": "https://github.com/example/pack"}]
    ),
}


@pytest.mark.parametrize("what", some(CHANGES, 2))
async def test_every_change_is_seen(what: str, platform: Platform, heroku: Heroku, tmp_path: Path) -> None:
    """Whatever is changed: the second night has the rows of a complete audit, and names the app and what changed."""
    app = next(iter(platform.state.apps.values()))
    first = saved(await gather(Audit(heroku, include=ALL)), tmp_path / "first.jsonl")
    await CHANGES[what](heroku, app.row["name"])
    platform.advance(10)
    audit = Audit(heroku, include=ALL, since=first)
    second = await gather(audit)
    assert rows(second) == rows(await gather(Audit(heroku, include=ALL)))
    assert [(change.kind, str(change.id)) for change in audit.progress.changes] == [("changed", app.row["id"])]


def test_a_change_within_the_same_second(tmp_path: Path) -> None:
    """An app that changes once more in the second in which it was read is not taken as unchanged.

    An audit waits until such a second is over: in virtual time.
    """

    async def nights() -> None:
        loop, began = asyncio.get_running_loop(), float(int(time.time()))  # a whole second is before us
        async with (
            Platform(apps=1, seed=SEED, clock=lambda: began + loop.time()) as platform,
            Heroku(platform.token, base_url=platform.url, pool=Pool(), retry=None) as heroku,
        ):
            app = next(iter(platform.state.apps.values()))
            options: Any = {"include": ["config-vars"], "apps": [app.row["name"]]}
            await heroku.config_vars.update(app.row["name"], {"ONE": "1"})
            first = saved(await gather(Audit(heroku, **options)), tmp_path / "first.jsonl")
            assert loop.time() >= 3
            between = loop.time()
            await heroku.config_vars.update(app.row["name"], {"TWO": "2"})
            (second,) = await gather(Audit(heroku, **options, since=first))
            assert loop.time() >= between + 3
            assert "TWO" in second.parts["config-vars"]

    run(nights(), patience=0.2)


async def test_new_and_gone_apps_are_named(platform: Platform, heroku: Heroku, tmp_path: Path) -> None:
    """An app that came and one that went are changes; an app that this audit does not choose is not gone."""
    first = saved(await gather(Audit(heroku, include=["dynos"])), tmp_path / "first.jsonl")
    names = sorted(app.row["name"] for app in platform.state.apps.values())
    await heroku.apps.delete(names[0])
    await heroku.apps.create(name="quite-new")
    platform.advance(10)
    audit = Audit(heroku, include=["dynos"], since=first)
    await gather(audit)
    assert {(change.kind, change.name) for change in audit.progress.changes} == {
        ("gone", names[0]),
        ("new", "quite-new"),
    }
    few = Audit(heroku, include=["dynos"], since=first, match="quite-*")
    await gather(few)
    assert [change.name for change in few.progress.changes] == ["quite-new"]


async def test_findings_that_came_and_went(platform: Platform, heroku: Heroku, tmp_path: Path) -> None:
    """A change names the kinds of findings that an app newly has, and those that it no longer has."""
    app = next(app for app in platform.state.apps.values() if not app.row["maintenance"])
    first = saved(await gather(Audit(heroku, include=["dynos"])), tmp_path / "first.jsonl")
    await heroku.apps.update(app.row["name"], maintenance=True)
    platform.advance(10)
    audit = Audit(heroku, include=["dynos"], since=first)
    second = saved(await gather(audit), tmp_path / "second.jsonl")
    assert str(audit.progress.changes[0]) == f"{app.row['name']}: maintenance; +maintenance"
    await heroku.apps.update(app.row["name"], maintenance=False)
    platform.advance(10)
    audit = Audit(heroku, include=["dynos"], since=second)
    await gather(audit)
    assert audit.progress.changes[0].solved == ("maintenance",)


async def test_parts_can_be_read_again(platform: Platform, heroku: Heroku, tmp_path: Path) -> None:
    """A part can be read of unchanged apps too, where `updated_at` is not trusted for it."""
    include = ["domains", "config-vars"]
    first = saved(await gather(Audit(heroku, include=include)), tmp_path / "first.jsonl")
    platform.clear_requests()
    await gather(Audit(heroku, include=include, since=first, reread=["domains"]))
    assert {path.rpartition("/")[2] for path in reads(platform)} == {"domains"}


async def test_what_the_report_lacks_is_read(platform: Platform, heroku: Heroku, tmp_path: Path) -> None:
    """A part that the earlier audit did not read, or could not read, is read."""
    platform.fault(faults.ServerError(), times=2, path="/apps/*/domains")
    first = saved(await gather(Audit(heroku, include=["domains"])), tmp_path / "first.jsonl")
    platform.clear_requests()
    second = await gather(Audit(heroku, include=["domains", "config-vars"], since=first))
    assert not [record for record in second if record.errors]
    assert Counter(path.rpartition("/")[2] for path in reads(platform)) == {"domains": 2, "config-vars": 12}


async def test_a_report_cut_off_is_used(platform: Platform, heroku: Heroku, tmp_path: Path) -> None:
    """What a report has counts, even if its audit was killed; the apps that it lacks are read."""
    first = saved(await gather(Audit(heroku, include=["domains"])), tmp_path / "first.jsonl")
    first.write_bytes(first.read_bytes()[:-50])
    platform.clear_requests()
    assert len(await gather(Audit(heroku, include=["domains"], since=first))) == 12
    assert len(reads(platform)) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"App,Stack\nexample,cedar\n",
        b'{"id": "x"}\n',
        b"[1]\n\n",
        b"\xff\xfe\n",
        b'{"journal": "aioheroku"}\n',
        b"App,Stack",
        b'{"id": "x"}',
        b"<html>",
        b"\xff\xfe\0",
    ],
)
async def test_what_is_not_a_report_is_refused(content: bytes, heroku: Heroku, tmp_path: Path) -> None:
    """Nothing is sent, and the error names the file and the expected format."""
    path = tmp_path / "report"
    path.write_bytes(content)
    with raises(InvalidRequest, match="--format jsonl") as caught:
        Audit(heroku, since=path)
    assert caught.value.field == "since"


async def test_an_account_that_fails_leaves_the_others(platform: Platform, heroku: Heroku) -> None:
    """The audit of an account whose token is refused ends; the records of the others are complete."""
    async with Heroku("wrong-token", base_url=platform.url, pool=Pool(), retry=None) as other:
        audits = Audits([Audit(heroku, include=["dynos"], account="good"), Audit(other, account="bad")])
        records = await gather(audits)
    assert {record.account for record in records} == {"good"}
    assert len(records) == 12
    assert isinstance(audits.errors["bad"], Unauthorized)


async def test_audits_may_be_left(platform: Platform, heroku: Heroku) -> None:
    """Leaving the loop leaves nothing behind."""
    audits = Audits([Audit(heroku, account="one"), Audit(heroku, account="two")])
    async with aclosing(audits.records()) as records:
        async for _ in records:
            break
    sent = platform.requests_total
    await heroku.rate_limits.info()
    assert platform.requests_total == sent + 1


@pytest.mark.parametrize("names", [[None, "two"], ["one", "one"], []])
async def test_audits_need_names(names: list[str | None], heroku: Heroku) -> None:
    """Records of several accounts must be distinguishable."""
    with raises(InvalidRequest):
        Audits([Audit(heroku, account=name) for name in names])
