"""Keywords that hold secrets are declared as such, and are hidden before anything can fail."""

import re
import traceback
from collections.abc import Awaitable, Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from aiohttp import web

from aioheroku import Heroku, Pool, errors
from aioheroku._api.endpoint import Secret
from aioheroku._codec.hints import body_keys_of, flat_keywords_of, keywords_of, notes
from tests._support.declarations import DECLARED
from tests._support.fakes import Serve
from tests._support.secrets import raises

ID = UUID("01234567-89ab-cdef-0123-456789abcdef")
SECRET = "pa55-word-of-mine"
WORDS = re.compile(
    r"authorization|card_number|code\d|cvv|\w*drain_url|env|environment|headers|nonce|private_key|secret|source_blob\w*"
    r"|(new_|refresh_)?(password|token)\w*"
)
"""Names that say that the value is a secret, whatever method takes it."""

CALLS: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "account.change_password": ((), {"new_password": SECRET, "password": SECRET}),
    "account.delete": ((), {"password": SECRET}),
    "addon_config.update": (("addon",), {"config": [{"name": "KEY", "value": SECRET}]}),
    "addons.create": (("app",), {"plan": "plan", "config": {"key": SECRET}}),
    "app_setups.create": ((), {"source_blob": {"url": "x"}, "overrides": {"env": {"KEY": SECRET}}}),
    "app_webhooks.create": (
        ("app",),
        {"include": ["x"], "level": "sync", "url": "x", "authorization": SECRET, "secret": SECRET},
    ),
    "builds.create": (("app",), {"source_blob": {"url": f"https://h/x?signature={SECRET}", "version": None}}),
    "config_vars.update": (("app", {"KEY": SECRET}), {}),
    "credits.create": ((), {"code1": SECRET}),
    "dynos.create": (("app",), {"command": "run", "env": {"KEY": SECRET}}),
    "log_drains.create": (("app",), {"url": f"https://user:{SECRET}@example.com"}),
    "oauth_authorizations.update": ((ID,), {"client": {"id": ID, "secret": SECRET}}),
    "oauth_tokens.create": ((), {"client": {"secret": SECRET}, "grant": {"code": SECRET}}),
    "pipeline_config_vars.update": ((ID, "test", {"KEY": SECRET, "OTHER": None}), {}),
    "sni_endpoints.create": (("app",), {"certificate_chain": "x", "private_key": SECRET}),
    "teams.create": ((), {"name": "x", "card_number": SECRET, "cvv": SECRET}),
    "telemetry_drains.update": (("drain",), {"exporter": {"type": "otlp", "headers": {"key": SECRET}}}),
}


def secret_words() -> Iterator[tuple[str, bool]]:
    """Each keyword that is a secret by its name, or holds a key that is, and whether it is declared as one."""
    for (attribute, method), function in DECLARED.items():
        declaration = function.endpoint.function
        in_body = {name for name, _, _ in body_keys_of(declaration)}
        marked = {name for name, hint, _ in keywords_of(declaration) if any(isinstance(n, Secret) for n in notes(hint))}
        for path, _, _ in flat_keywords_of(declaration):
            name = path.partition(":")[0]
            if name not in in_body and WORDS.fullmatch(path.rpartition(":")[2]):
                yield f"{attribute}.{method}({name})", name in marked


def test_secrets_are_declared() -> None:
    """A keyword whose name says that it is a secret is marked, in every method."""
    found = dict(secret_words())
    assert len(found) > 20
    assert [name for name, marked in found.items() if not marked] == [], "declare it as `Annotated[..., Secret()]`"


@pytest.mark.parametrize("key", CALLS)
async def test_no_traceback_shows_a_keyword(key: str, serve: Serve) -> None:
    """No traceback shows it, even with variables, for a refused call or a wrong one; the value itself is sent."""
    args, keywords = CALLS[key]
    server = await serve(lambda _: web.json_response({"id": "unauthorized"}, status=401))
    async with Heroku("t", base_url=server.url, pool=Pool()) as heroku:
        attribute, name = key.split(".")
        method = getattr(getattr(heroku, attribute), name)
        with raises(errors.Unauthorized) as refused:
            await method(*args, **keywords)
        with raises(TypeError) as mistaken:
            await method(*args, **keywords, more=1)
    assert SECRET in f"{server.bodies}{server.seen[0].headers}"
    for error in (refused.value, mistaken.value):
        stack = traceback.TracebackException.from_exception(error, capture_locals=True)
        shown = [line for line in stack.format() if __file__ not in line]
        assert len(shown) > 2
        assert SECRET not in "".join(shown)


async def _awaited(call: Awaitable[Any]) -> Any:
    return await call


RAW: dict[str, Callable[[Heroku], Awaitable[Any]]] = {
    "json": lambda heroku: heroku.request("POST", "/made-up", json={"key": [SECRET]}),
    "body": lambda heroku: heroku.request("PUT", "/made-up", {"key": SECRET}),
    "twice": lambda heroku: heroku.request("PUT", "/made-up", {"key": SECRET}, json={"key": SECRET}),
    "params": lambda heroku: heroku.request("GET", "/made-up", params={"key": SECRET}),
    "wrong params": lambda heroku: heroku.request("GET", "/made-up", params={"key": SECRET, "other": None}),
    "argument": lambda heroku: heroku.request("GET", "/made-up/{name}?key={key}", name="x", key=SECRET),
    "query of a view": lambda heroku: heroku.using(extra_query={"key": SECRET}).apps.info("app"),
    "env of a command": lambda heroku: heroku.run("app", "ls", env={"KEY": SECRET}, launcher=False).__aenter__(),
    "env without a connection": lambda heroku: _awaited(heroku.run_detached("app", "ls", env={"KEY": SECRET})),
    "address of a source": lambda heroku: _awaited(heroku.deploy("app", f"https://h/x.tgz?signature={SECRET}")),
    "pages": lambda heroku: heroku.request_pages("POST", "/made-up", json={"key": SECRET}).all(),
    "wrong value": lambda heroku: heroku.config_vars.update("app", {"KEY": SECRET, "OTHER": 5}),  # type: ignore[dict-item]
    "missing value": lambda heroku: heroku.config_vars.update({"KEY": SECRET}),  # type: ignore[call-arg, arg-type]
}


@pytest.mark.parametrize("call", RAW.values(), ids=RAW)
@pytest.mark.parametrize("answers", [True, False], ids=["refused", "not connected"])
async def test_no_traceback_shows_a_body(call: Callable[[Heroku], Awaitable[Any]], answers: bool, serve: Serve) -> None:
    """A whole body, typed or raw, is hidden in the variables of a traceback like a keyword."""
    server = await serve(lambda _: web.json_response({"id": "unauthorized"}, status=401))
    if not answers:
        await server.stop()
    async with Heroku("t", base_url=server.url, pool=Pool(), retry=None) as heroku:
        with raises((errors.HerokuError, TypeError)) as refused:
            await call(heroku)
    stack = traceback.TracebackException.from_exception(refused.value, capture_locals=True)
    shown = [line for line in stack.format() if __file__ not in line]
    assert len(shown) > 2
    assert SECRET not in "".join(shown)


MANY: dict[str, Callable[[Heroku], Any]] = {
    "body": lambda heroku: heroku.each(heroku.config_vars.update, ["app"], {"KEY": SECRET}),
    "keyword": lambda heroku: heroku.each(
        heroku.sni_endpoints.create, ["app"], certificate_chain="x", private_key=SECRET
    ),
}


@pytest.mark.parametrize("campaign", MANY.values(), ids=MANY)
async def test_no_traceback_of_a_campaign_shows_them(campaign: Callable[[Heroku], Any], serve: Serve) -> None:
    """The arguments that a campaign keeps for all its items are hidden too; the value itself is sent."""
    server = await serve(lambda _: web.json_response({"id": "unauthorized"}, status=422))
    async with Heroku("t", base_url=server.url, pool=Pool()) as heroku, campaign(heroku) as outcomes:
        (error,) = [outcome.error async for outcome in outcomes]
    assert SECRET in str(server.bodies)
    stack = traceback.TracebackException.from_exception(error, capture_locals=True)
    shown = [line for line in stack.format() if __file__ not in line]
    assert len(shown) > 2
    assert SECRET not in "".join(shown)


async def test_hidden_values_keep_their_names() -> None:
    """An error names the type that was given, not that of a hidden string; a body that contains itself is refused."""
    endless: dict[str, Any] = {}
    endless["self"] = endless
    async with Heroku("t") as heroku:
        with raises(errors.InvalidRequest, match=r"preferences\.addons-controls: .*got str\."):
            await heroku.team_preferences.update("team", {"addons-controls": "yes"})  # type: ignore[typeddict-item]
        with raises(errors.InvalidRequest, match=r"password: .*got list\."):
            await heroku.account.change_password(new_password=[SECRET], password="x")  # type: ignore[arg-type]
        with raises(errors.InvalidRequest, match="body: .*contains itself"):
            await heroku.request("POST", "/made-up", json=endless)
