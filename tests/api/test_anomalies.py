"""Where the reference contradicts itself or the platform contradicts it: each case is read as what it means."""

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiohttp import web

import aioheroku
from aioheroku import Heroku, Pool, errors, structure
from aioheroku.resources import Build, LogDrain, LogDrainAddon, Organization
from tests._support.endpoints import Answering
from tests._support.fakes import Serve
from tests._support.secrets import raises

TABLE: list[dict[str, Any]] = json.loads((Path(__file__).parent.parent / "data" / "reference.json").read_text())
ID = "01234567-89ab-cdef-0123-456789abcdef"


def example(name: str) -> dict[str, Any]:
    """A response as the reference shows it."""
    resource = next(resource for resource in TABLE if resource["name"] == name)
    answer = next(row["answer"] for row in resource["endpoints"] if row["answer"])
    return copy.deepcopy(answer[0] if isinstance(answer, list) else answer)


def told(answer: Any, status: int = 200) -> web.Response:
    return web.json_response(answer, status=status)


@pytest.mark.parametrize("many", [True, False], ids=["a list", "one object"])
async def test_formation_batch_update_returns_a_list(many: bool, answering: Answering) -> None:
    """The reference shows one object where the platform answers a list: both are a list."""
    shown = example("Formation")
    async with answering(told([shown] if many else shown)) as (heroku, server):
        result = await heroku.formation.batch_update("example", updates=[{"process": "web", "quantity": 1}])
    assert [formation.type for formation in result] == ["web"]
    assert server.bodies == [{"updates": [{"process": "web", "quantity": 1}]}]


async def test_malformed_batch_update_is_an_error(answering: Answering) -> None:
    """An object that is not a formation is refused as the response to a batch update."""
    async with answering(told({"message": "later"})) as (heroku, _):
        with raises(errors.DecodeError, match=r"Formation\."):
            await heroku.formation.batch_update("example", updates=[{"type": "web", "size": "2X"}])


async def test_only_batch_update_accepts_one_object(answering: Answering) -> None:
    """A list that answers an object is not mistaken for a list of one."""
    async with answering(told(example("App"))) as (heroku, _):
        with raises(errors.DecodeError, match="App"):
            await heroku.apps.list().all()


@pytest.mark.parametrize(("shown", "meant"), [("true", True), ("false", False), (True, True), (False, False)])
async def test_booleans_of_organizations_may_be_strings(shown: object, meant: bool, answering: Answering) -> None:
    """`"true"` and `"false"` are booleans, as real ones are."""
    names = ("credit_card_collections", "default", "provisioned_licenses")
    answer = example("Organization") | dict.fromkeys(names, shown)
    async with answering(told([answer])) as (heroku, _):
        (organization,) = await heroku.organizations.list().all()
    assert [getattr(organization, name) for name in names] == [meant] * 3


def test_other_strings_are_not_booleans() -> None:
    """What is neither `"true"` nor `"false"` is an error that names the field."""
    with raises(errors.DecodeError, match=r"Organization\.default"):
        structure(example("Organization") | {"default": "perhaps"}, Organization)


@pytest.mark.parametrize(
    ("shown", "meant"),
    [
        ({"id": ID}, LogDrainAddon(id=UUID(ID))),
        ({"id": ID, "name": "papertrail"}, LogDrainAddon(id=UUID(ID), name="papertrail")),
        (None, None),
        ("example", "example"),
    ],
    ids=["an object", "an object with more", "null", "a string"],
)
async def test_the_addon_of_a_log_drain_has_three_forms(shown: object, meant: object, answering: Answering) -> None:
    """An object, null, or the plain string that the example shows."""
    async with answering(told(example("Log Drain") | {"addon": shown})) as (heroku, _):
        drain = await heroku.log_drains.info("example", ID)  # noqa: PLE1205 - no logging
    assert isinstance(drain, LogDrain)
    assert drain.addon == meant


@pytest.mark.parametrize("body", [b"", b" ", b"\n", b"{}", b"null"])
async def test_restarts_return_none(body: bytes, serve: Serve) -> None:
    """202 with a blank body, or an empty object, is success without a result."""
    server = await serve([web.Response(status=202, body=body) for _ in range(2)])
    async with Heroku("token", base_url=server.url, pool=Pool()) as heroku:
        assert await heroku.dynos.restart("example", "web.1") is None  # type: ignore[func-returns-value]
        assert await heroku.dynos.restart_all("example") is None  # type: ignore[func-returns-value]
    assert server.sent() == ["DELETE /apps/example/dynos/web.1", "DELETE /apps/example/dynos"]


async def test_restart_is_not_retried(serve: Serve) -> None:
    """A restart that may have happened is not made twice, though it is a DELETE."""
    server = await serve([web.Response(status=503)])
    async with Heroku("token", base_url=server.url, pool=Pool()) as heroku:
        with raises(errors.ServiceUnavailable):
            await heroku.dynos.restart_all("example")
    assert len(server.seen) == 1


SECRET: Any = {"secret": "s"}
CODE: Any = {"client": SECRET, "grant": {"code": "c", "type": "authorization_code"}}
REFRESH: Any = {"client": SECRET, "grant": {"type": "refresh_token"}, "refresh_token": {"token": "t"}}


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({"grant": {"code": "c"}}, CODE),
        ({"grant": {"code": "c", "type": "authorization_code"}}, CODE),
        ({"refresh_token": {"token": "t"}}, REFRESH),
        ({"refresh_token": {"token": "t"}, "grant": {"type": "refresh_token"}}, REFRESH),
    ],
)
async def test_token_needs_code_or_refresh_token(given: Any, sent: Any, serve: Serve) -> None:
    """Only the alternative that applies is sent, with its type; the session needs no token of its own."""
    server = await serve([told(example("OAuth Token"), 201)])
    async with Heroku(base_url=server.url, pool=Pool()) as heroku:
        token = await heroku.oauth_tokens.create(client=SECRET, **given)
    assert server.bodies == [sent]
    assert "Authorization" not in server.seen[0].headers
    assert token.access_token.token == ID


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({}, "neither is"),
        ({"grant": {}}, "neither is"),
        ({"grant": {"type": "authorization_code"}}, "neither is"),
        ({"grant": {"type": "refresh_token"}}, "neither is"),
        ({"grant": {"code": "c"}, "refresh_token": {"token": "t"}}, "both are"),
        ({"grant": {"code": "c", "type": "refresh_token"}}, "authorization_code"),
        ({"refresh_token": {"token": "t"}, "grant": {"type": "authorization_code"}}, "refresh_token"),
        ({"refresh_token": {}}, "refresh_token.token"),
        ({"grant": {"kode": "c"}}, "Did you mean 'code'"),
    ],
)
async def test_neither_or_both_grants_are_rejected(given: Any, problem: str, serve: Serve) -> None:
    """A clear error before anything is sent, which tells no secret."""
    server = await serve([])
    async with Heroku(base_url=server.url, pool=Pool()) as heroku:
        with raises(errors.InvalidRequest, match=problem):
            await heroku.oauth_tokens.create(client=SECRET, **given)
    assert server.seen == []


@pytest.mark.parametrize(
    ("resource", "method", "path", "keywords"),
    [
        ("account", "update", "/account", {"password": "p", "name": None}),
        ("account", "change_email", "/account", {"password": "p", "email": "e@example.com"}),
        ("account", "change_password", "/account", {"password": "p", "new_password": "q"}),
        ("organization_apps", "update_locked", "/organizations/apps/example", {"locked": True}),
        ("organization_apps", "transfer_to_account", "/organizations/apps/example", {"owner": ID}),
        ("organization_apps", "transfer_to_organization", "/organizations/apps/example", {"owner": "acme"}),
        ("releases", "create", "/apps/example/releases", {"slug": ID}),
        ("releases", "rollback", "/apps/example/releases", {"release": ID}),
    ],
)
async def test_endpoints_that_share_verb_and_path(
    resource: str, method: str, path: str, keywords: dict[str, Any], answering: Answering
) -> None:
    """What tells them apart is the body, which holds the parameters of the one that was called and no others."""
    name = {"account": "Account", "organization_apps": "Organization App", "releases": "Release"}[resource]
    positional = [] if resource == "account" else ["example"]
    async with answering(told(example(name))) as (heroku, server):
        await getattr(getattr(heroku, resource), method)(*positional, **keywords)
    assert [sent.partition(" ")[2] for sent in server.sent()] == [path]
    assert server.bodies == [keywords]


def nulls() -> Iterator[Any]:
    """Every nullable attribute of the reference."""
    for resource in TABLE:
        for row in resource["attributes"]:
            if row["nullable"]:
                yield pytest.param(resource, row["path"], id=f"{resource['name']}.{row['path']}")


@pytest.mark.parametrize(("resource", "path"), list(nulls()))
def test_what_is_nullable_may_be_null_or_left_out(resource: dict[str, Any], path: str) -> None:
    """Null is `None`, and so is a nullable attribute that a response lacks."""
    model = getattr(aioheroku, resource["endpoints"][0]["returns"].removeprefix("Pages[").removesuffix("]"))
    *parents, name = path.split(":")
    for left_out in (False, True):
        shown = example(resource["name"])
        holder = shown
        for parent in parents:
            holder = holder[parent]
        holder[name] = None
        if left_out:
            del holder[name]
        value = structure(shown, model)
        for parent in parents:
            value = getattr(value, parent)
        assert getattr(value, name) is None


def test_a_pending_build_has_no_slug_yet() -> None:
    """`{"id": null}` in place of the slug is no slug; the date-times of builds may have blanks."""
    shown = example("Build") | {"slug": {"id": None}, "created_at": "2014-02-28 00:19:19 +0000", "status": "odd"}
    build = structure(shown, Build)
    assert build.slug is None
    assert build.created_at == datetime(2014, 2, 28, 0, 19, 19, tzinfo=UTC)
    assert build.status == "odd"


SECRETS = [
    ("Dyno", "attach_url", "rendezvous://s3cr3t"),
    ("Log Drain", "token", "s3cr3t"),
    ("Log Drain", "url", "https://user:s3cr3t@example.com"),
    ("Log Session", "logplex_url", "https://logs.example.com/s3cr3t"),
    ("Slug", "blob:url", "https://example.com/s3cr3t"),
    ("Build", "source_blob:url", "https://example.com/s3cr3t"),
    ("OAuth Client", "secret", "s3cr3t"),
    ("OAuth Authorization", "access_token:token", "s3cr3t"),
    ("OAuth Authorization", "refresh_token:token", "s3cr3t"),
    ("OAuth Authorization", "grant:code", "s3cr3t"),
    ("OAuth Token", "access_token:token", "s3cr3t"),
    ("OAuth Token", "refresh_token:token", "s3cr3t"),
    ("OAuth Token", "client:secret", "s3cr3t"),
    ("OAuth Token", "grant:code", "s3cr3t"),
]


@pytest.mark.parametrize(("resource", "path", "value"), SECRETS, ids=[f"{name}.{path}" for name, path, _ in SECRETS])
def test_secrets_are_not_shown(resource: str, path: str, value: str) -> None:
    """A secret is `***` in a repr, and readable as an attribute."""
    row = next(found for found in TABLE if found["name"] == resource)
    model = getattr(aioheroku, row["endpoints"][0]["returns"].removeprefix("Pages[").removesuffix("]"))
    shown = example(resource)
    *parents, name = path.split(":")
    holder = shown
    for parent in parents:
        holder = holder[parent]
    holder[name] = value
    found = structure(shown, model)
    assert "s3cr3t" not in repr(found)
    assert f"{name}='***'" in repr(found)
    for parent in parents:
        found = getattr(found, parent)
    assert getattr(found, name) == value


async def test_config_values_are_not_shown(answering: Answering) -> None:
    """The names of config vars are in their repr, the values are not; it is a dict all the same."""
    async with answering(told({"DATABASE_URL": "postgres://user:secret@db"})) as (heroku, _):
        found = await heroku.config_vars.info("example")
    assert "secret" not in repr(found)
    assert "DATABASE_URL" in repr(found)
    assert found == {"DATABASE_URL": "postgres://user:secret@db"}


async def test_catalogues_need_no_token(serve: Serve) -> None:
    """Services, plans, regions and stacks are read by a session without credentials."""
    names = ["Add-on Service", "Plan", "Region", "Stack"]
    server = await serve([told([example(name)]) for name in names])
    async with Heroku(base_url=server.url, pool=Pool()) as heroku:
        await heroku.addon_services.list().all()
        await heroku.plans.list("heroku-postgresql").all()
        await heroku.regions.list().all()
        await heroku.stacks.list().all()
    assert not any("Authorization" in request.headers for request in server.seen)
    assert len(server.seen) == 4


async def test_reading_the_rate_limit_costs_no_token(answering: Answering) -> None:
    """The pool is not charged for it, and knows what it said."""
    async with answering(told({"remaining": 1234})) as (heroku, _):
        assert (await heroku.rate_limits.info()).remaining == 1234
        assert heroku.pool.snapshot().remaining == 1234
        assert heroku.pool.snapshot().used == 0
