"""Keywords that hold secrets are declared as such, and are hidden before anything can fail."""

import re
import traceback
from collections.abc import Iterator
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
    r"authorization|\w*drain_url|env|environment|headers|private_key|secret|(new_|refresh_)?(password|token)\w*"
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
    "dynos.create": (("app",), {"command": "run", "env": {"KEY": SECRET}}),
    "log_drains.create": (("app",), {"url": f"https://user:{SECRET}@example.com"}),
    "oauth_authorizations.update": ((ID,), {"client": {"id": ID, "secret": SECRET}}),
    "oauth_tokens.create": ((), {"client": {"secret": SECRET}, "grant": {"code": SECRET}}),
    "sni_endpoints.create": (("app",), {"certificate_chain": "x", "private_key": SECRET}),
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
    assert [name for name, marked in found.items() if not marked] == []


@pytest.mark.parametrize("key", CALLS)
async def test_no_traceback_shows_a_keyword(key: str, serve: Serve) -> None:
    """Neither of a refused call nor of a mistaken one, though it prints variables; what is sent is the value itself."""
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
