"""Path arguments: whatever one holds, it stays one segment, or is refused."""

import random
from typing import Any
from urllib.parse import unquote

from aiohttp import web
from hypothesis import example, given, strategies as st

from aioheroku import Heroku, Pool, errors
from aioheroku.resources import Domains
from tests._support.fakes import Caller, Serve
from tests._support.secrets import watch

NASTY = [
    "/",
    "..",
    ".",
    "?",
    "#",
    "%",
    "%2F",
    "%2e%2e",
    "\\",
    "//",
    ";",
    "@",
    ":",
    "&",
    "+",
    " ",
    "ü",
    "例",
    "\U0001f600",
    "a",
]
SEGMENTS = st.text() | st.lists(st.sampled_from(NASTY), max_size=6).map("".join)


def called(caller: Caller, app: str, domain: str) -> Any:
    """The request of `domains.info`, or the error that refused it."""
    coroutine = Domains(caller).info(app, domain)
    try:
        coroutine.send(None)
    except StopIteration:
        return caller.requests.pop()
    except errors.DecodeError as error:
        watch.error(error)
        return caller.requests.pop()
    except errors.InvalidRequest as refusal:
        watch.error(refusal)
        return refusal
    raise AssertionError("the call waits for something")


@given(SEGMENTS)
@example("..")
@example("%2e%2e")
@example("a%2Fb")
@example("\ud800")
def test_path_argument_is_one_segment_or_fails(caller: Caller, value: str) -> None:
    """The URL has the template's segments, and the argument's segment decodes to the argument; nothing else changes."""
    outcome = called(caller, "example", value)
    if isinstance(outcome, errors.InvalidRequest):
        assert value in ("", ".", "..") or not value.isprintable() or "\ud800" <= max(value) <= "\udfff"
        assert outcome.field == "domain"
        return
    url = outcome.url
    assert (url.scheme, url.host, url.raw_query_string, url.raw_fragment) == ("https", "api.example.com", "", "")
    segments = url.raw_path.split("/")
    assert segments[:4] == ["", "apps", "example", "domains"]
    assert len(segments) == 5
    assert unquote(segments[4], errors="strict") == value
    assert str(url).isascii()
    assert outcome.path == "/apps/{app}/domains/{domain}"


@given(SEGMENTS, SEGMENTS)
def test_two_arguments_never_run_together(caller: Caller, app: str, domain: str) -> None:
    """Each stays in its own segment, whatever the other one holds."""
    outcome = called(caller, app, domain)
    if isinstance(outcome, errors.InvalidRequest):
        return
    assert [unquote(part) for part in outcome.url.raw_path.split("/")] == ["", "apps", app, "domains", domain]


async def test_it_arrives_so_over_the_wire(serve: Serve) -> None:
    """What aiohttp writes and a server reads is the same segment: nothing on the way decodes, joins or resolves it."""
    rng = random.Random(5)
    values = ["".join(rng.choices(NASTY, k=rng.randint(1, 6))) for _ in range(150)]
    values = [value for value in values if value not in (".", "..")]
    server = await serve(lambda _: web.json_response({"id": "not_found"}, status=404))
    async with Heroku("t", base_url=server.url, pool=Pool(capacity=10_000), retry=None) as heroku:
        for value in values:
            try:
                await heroku.domains.info("example", value)
            except errors.NotFound:
                continue
    heads, tails = zip(*(request.raw_path.rsplit("/", 1) for request in server.seen), strict=True)
    assert set(heads) == {"/apps/example/domains"}
    assert [unquote(tail) for tail in tails] == values
