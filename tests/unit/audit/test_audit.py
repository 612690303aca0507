"""The audit, against the simulated platform."""

import json
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any
from weakref import ref

import pytest

from aioheroku import App, Heroku, Pool, structure
from aioheroku.audit import DEFAULT_PARTS, FINDINGS, Audit, Record, calls_for
from aioheroku.audit._findings import RuleContext, found
from aioheroku.errors import InvalidRequest, ServerError, Unauthorized
from aioheroku.testing import Platform, faults
from tests._support.secrets import raises

NOW = datetime(2026, 1, 1, tzinfo=UTC)
APP = {
    "id": "01234567-89ab-cdef-0123-456789abcdef",
    "name": "example",
    "created_at": "2020-01-01T00:00:00Z",
    "updated_at": "2020-01-01T00:00:00Z",
    "released_at": "2025-12-01T00:00:00Z",
    "archived_at": None,
    "buildpack_provided_description": None,
    "git_url": "git@heroku.com:example.git",
    "maintenance": False,
    "owner": {"id": "01234567-89ab-cdef-0123-456789abcdef", "email": "username@example.com"},
    "region": {"id": "01234567-89ab-cdef-0123-456789abcdef", "name": "us"},
    "stack": {"id": "01234567-89ab-cdef-0123-456789abcdef", "name": "cedar-14"},
    "repo_size": None,
    "slug_size": None,
    "web_url": "https://example.herokuapp.com/",
}


async def gather(audit: Audit) -> list[Record]:
    return [record async for record in audit.records()]


def secrets(platform: Platform) -> set[str]:
    """Every value of the fleet that nobody may see; short ones, such as a log level, prove nothing."""
    values: set[str] = set()
    for app in platform.state.apps.values():
        values |= {value for value in app.parts.config.values() if len(value) > 16}
        for drain in app.parts.log_drains.sorted_by("id").rows:
            values |= {drain["token"], drain["url"]}
    return values


async def test_every_app_is_one_record_of_all_its_parts(platform: Platform, heroku: Heroku) -> None:
    """Each app comes once, with every part that was chosen, in the order chosen."""
    records = await gather(Audit(heroku))
    assert {str(record.id) for record in records} == set(platform.state.apps)
    assert all(list(record.parts) == list(DEFAULT_PARTS) and record.errors == () for record in records)


async def test_a_record_is_plain_json(heroku: Heroku) -> None:
    """What a record holds survives JSON."""
    for record in await gather(Audit(heroku)):
        plain = json.loads(json.dumps(record.as_json()))
        assert plain["id"] == str(record.id)
        assert plain["parts"].keys() == set(DEFAULT_PARTS)
        assert [finding["kind"] for finding in plain["findings"]] == [finding.kind for finding in record.findings]


@pytest.mark.parametrize(
    ("date", "all_old"), [("Tue, 01 Jan 2126 00:00:00 GMT", True), ("Sun, 01 Jan 2006 00:00:00 GMT", False)]
)
async def test_ages_are_counted_by_the_platforms_clock(
    date: str, all_old: bool, platform: Platform, heroku: Heroku
) -> None:
    """Whatever the local clock says: the age of a release follows from the Date of the platform's response."""
    platform.fault(faults.WithHeader("Date", date), times=None)
    records = await gather(Audit(heroku, include=["releases"]))
    old = ["no-release-for-a-year" in [finding.kind for finding in record.findings] for record in records]
    assert set(old) == {all_old}


async def test_secrets_stay_behind(platform: Platform, heroku: Heroku) -> None:
    """No config value, drain token or drain URL is in any record; the names of config vars are."""
    text = "".join(repr(record) + json.dumps(record.as_json()) for record in await gather(Audit(heroku)))
    hidden = secrets(platform)
    assert len(hidden) > 30
    assert [value for value in hidden if value in text] == []
    assert "SECRET_KEY_BASE" in text


async def test_credentials_in_a_drain_stay_behind(platform: Platform, heroku: Heroku) -> None:
    """Of a drain's URL the scheme and the host are kept: neither user nor path nor query."""
    app = next(iter(platform.state.apps))
    await heroku.log_drains.create(app, url="https://user:hunter2@logs.example.net/v1/s3cr3t?key=t0k3n")
    platform.advance(10)
    text = "".join(json.dumps(record.as_json()) for record in await gather(Audit(heroku, include=["log-drains"])))
    assert "logs.example.net" in text
    assert not [word for word in ("hunter2", "s3cr3t", "t0k3n") if word in text]


async def test_a_part_that_fails_is_in_its_row(platform: Platform, heroku: Heroku) -> None:
    """One part that cannot be read costs that part alone: the row says so, and all others are complete."""
    broken = next(iter(platform.state.apps))
    platform.fault(faults.ServerError(), times=None, path=f"/apps/{broken}/dynos")
    records = {str(record.id): record for record in await gather(Audit(heroku, include=["dynos", "domains"]))}
    assert len(records) == 12
    record = records.pop(broken)
    assert [(trouble.part, trouble.error) for trouble in record.errors] == [("dynos", "InternalServerError")]
    assert record.errors[0].request_id
    assert list(record.parts) == ["domains"]
    assert [finding.kind for finding in record.findings if finding.kind == "error"] == ["error"]
    assert not any(other.errors for other in records.values())


async def test_an_app_deleted_meanwhile_is_a_row(platform: Platform, heroku: Heroku) -> None:
    """An app that is gone when its turn comes is a row of errors, not the end."""
    gone = next(iter(platform.state.apps))
    platform.fault(
        faults.Answer(404, {"id": "not_found", "message": "Couldn't find that app.", "resource": "app"}),
        times=None,
        path=f"/apps/{gone}/*",
    )
    records = {str(record.id): record for record in await gather(Audit(heroku))}
    assert {trouble.error for trouble in records[gone].errors} == {"NotFound"}
    lost = {trouble.part for trouble in records[gone].errors}
    assert lost == set(DEFAULT_PARTS) - records[gone].parts.keys()
    at_once = {"addons", "addon-attachments", "pipelines", "releases", "team"}
    assert records[gone].parts.keys() <= at_once


async def test_a_revoked_token_ends_it(platform: Platform, heroku: Heroku) -> None:
    """A token that is no longer valid ends it, instead of thousands of rows that say so."""
    platform.fault(
        faults.Answer(401, {"id": "unauthorized", "message": "Invalid."}), times=None, path="/apps/*", after=20
    )
    with raises(Unauthorized):
        await gather(Audit(heroku))
    assert platform.requests_total < 20 + 2 + 2 * 30


async def test_a_list_that_fails_ends_it_after_its_rows(platform: Platform, heroku: Heroku) -> None:
    """When the list of apps itself cannot be read, the error is raised."""
    platform.fault(faults.ServerError(), times=None, path="/apps")
    with raises(ServerError):
        await gather(Audit(heroku))


async def test_the_calls_are_marked(platform: Platform, heroku: Heroku) -> None:
    """All calls bear the label `audit`, and are as many as were announced."""
    audit = Audit(heroku, include=["dynos", "config-vars"])
    price = audit.price(12)
    await gather(audit)
    assert heroku.pool.snapshot().used_by_label == {"audit": price.calls}
    assert price.calls == price.tokens == platform.requests_total == calls_for(12, 2) == 26


async def test_leaving_early_stops_the_calls(platform: Platform, heroku: Heroku) -> None:
    """Leaving after the first record costs little more than that."""
    async with aclosing(Audit(heroku, concurrency=2).records()) as records:
        async for _ in records:
            break
    assert platform.requests_total < 20


@pytest.mark.parametrize("include", [["dynos", "nonsense"], [], ["config_vars"]])
def test_unknown_part_is_rejected(include: list[str]) -> None:
    """An unknown part is an InvalidRequest, before anything is sent."""
    with raises(InvalidRequest) as error:
        Audit(Heroku("token"), include=include)
    assert error.value.field == "include"


def facts(parts: dict[str, Any], domains: frozenset[str] = frozenset(), **app: Any) -> dict[str, str]:
    known = RuleContext(structure({**APP, **app}, App), parts, frozenset({"cedar"}), domains, NOW)
    return {finding.kind: finding.detail for finding in found(known)}


@pytest.mark.parametrize(
    ("kind", "bad", "good"),
    [
        (
            "crashed-dynos",
            {"dynos": [{"name": "web.1", "state": "crashed"}, {"name": "web.2", "state": "up"}]},
            {"dynos": [{"name": "web.2", "state": "up"}]},
        ),
        ("no-log-drain", {"log-drains": []}, {"log-drains": [{"scheme": "https", "host": "a.example"}]}),
        (
            "plain-http-drain",
            {"log-drains": [{"scheme": "http", "host": "a.example"}]},
            {"log-drains": [{"scheme": "https", "host": "a.example"}]},
        ),
        (
            "no-release-for-a-year",
            {"releases": [{"created_at": NOW - timedelta(days=366), "status": None}]},
            {"releases": [{"created_at": NOW - timedelta(days=364), "status": None}]},
        ),
        (
            "failed-release",
            {"releases": [{"version": 7, "created_at": NOW, "status": "failed"}]},
            {"releases": [{"version": 7, "created_at": NOW, "status": "succeeded"}]},
        ),
        (
            "certificate-ending",
            {"sni-endpoints": [{"name": "a", "expires_at": NOW + timedelta(days=29)}]},
            {"sni-endpoints": [{"name": "a", "expires_at": NOW + timedelta(days=31)}]},
        ),
    ],
)
def test_what_the_parts_show(kind: str, bad: dict[str, Any], good: dict[str, Any]) -> None:
    """Each finding is made where it should be, and not where it should not, nor where the part was not read."""
    assert kind in facts(bad)
    assert kind not in facts(good)
    assert kind not in facts({})


def test_what_the_app_itself_shows() -> None:
    """Maintenance, a deprecated stack and an old release need no further call."""
    assert facts({}) == {}
    assert facts({}, maintenance=True) == {"maintenance": "on"}
    assert facts({}, stack={**APP["stack"], "name": "cedar"}) == {"deprecated-stack": "cedar"}  # type: ignore[dict-item]
    assert facts({}, released_at="2024-12-01T00:00:00Z") == {"no-release-for-a-year": "the last one was on 2024-12-01"}
    assert "no-release-for-a-year" in facts({"releases": []}, released_at=None)


def test_outsiders_are_those_of_other_domains() -> None:
    """With a domain given, people of others are outsiders, subdomains too; teams and letter case are not."""
    people = {"collaborators": ["a@example.com", "B@Example.COM", "c@evil.example", "team@herokumanager.com"]}
    assert facts(people) == {}
    assert facts(people, frozenset({"example.com"})) == {"outside-collaborators": "c@evil.example"}
    outsiders = facts({"collaborators": ["d@sub.example.com"]}, frozenset({"example.com"}))
    assert outsiders == {"outside-collaborators": "d@sub.example.com"}


async def test_every_finding_occurs_in_simulation() -> None:
    """The simulated fleet has something for each rule, so that a demonstration shows them all."""
    async with (
        Platform(apps=60, capacity=5000) as platform,
        Heroku(platform.token, base_url=platform.url, pool=Pool()) as heroku,
    ):
        records = await gather(Audit(heroku, domains=["@example.com"]))
    kinds = {finding.kind for record in records for finding in record.findings}
    assert kinds == FINDINGS.keys() - {"error"}


@pytest.mark.parametrize("apps", [200, pytest.param(1000, marks=pytest.mark.slow)])
async def test_an_app_costs_less_than_eight_calls(apps: int) -> None:
    """13 parts of an app take fewer than 8 calls, about as many as the price says; none is refused."""
    platform = Platform(apps=apps, capacity=20_000)
    with platform.in_thread():
        async with Heroku(platform.token, base_url=platform.url, pool=Pool()) as heroku:
            audit = Audit(heroku, concurrency=25)
            price = audit.price(await audit.count())
            surveyed = platform.requests_total
            count = 0
            async for record in audit.records():
                count += not record.errors and len(record.parts) == 13
    assert count == apps
    assert platform.requests_total - surveyed == pytest.approx(price.calls, rel=0.01)
    assert platform.requests_total < 7.8 * apps
    assert sum(price.saved.values()) == pytest.approx(13 * apps - price.calls, abs=20)
    assert platform.refused == 0
    assert platform.peak_in_flight <= 25


@pytest.mark.parametrize("pages", [4, pytest.param(10, marks=pytest.mark.slow)])
async def test_a_thousand_apps_cost_one_request(pages: int) -> None:
    """A list of 10,000 costs exactly 10 requests, and at most two of its pages are in memory at any time."""
    platform = Platform(apps=1000 * pages)
    with platform.in_thread():
        async with Heroku(platform.token, base_url=platform.url, pool=Pool()) as heroku:
            alive: list[ref[App]] = []
            count = most = 0
            async for app in heroku.apps.list():
                alive.append(ref(app))
                count += 1
                if count % 500 == 1:
                    alive = [one for one in alive if one() is not None]
                    most = max(most, len(alive))
    assert count == 1000 * pages
    assert platform.requests_total == pages
    assert most <= 2000
