"""A response that quotes what was sent: no secret of it is in the error, nor in what is made of the error."""

import json
import pickle
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from aioheroku import Credentials, Failed, Heroku, Journal, Pool
from aioheroku.errors import APIError
from aioheroku.errors._quoted import without_secrets
from aioheroku.testing import Platform, faults
from tests._support.secrets import raises

SECRET = "s3cr3t-of-mine\n<\"&'ü"
Call = Callable[[Heroku], Awaitable[Any]]
CALLS: dict[str, Call] = {
    "config vars": lambda heroku: heroku.config_vars.update("a", {"KEY": SECRET}),
    "app setup": lambda heroku: heroku.app_setups.create(
        source_blob={"url": "https://example.com"}, overrides={"env": {"KEY": SECRET}}
    ),
    "one-off dyno": lambda heroku: heroku.dynos.create("a", command="ls", env={"KEY": SECRET}),
    "private key": lambda heroku: heroku.sni_endpoints.create("a", certificate_chain="x", private_key=SECRET),
    "password": lambda heroku: heroku.account.update(password=SECRET),
    "add-on config": lambda heroku: heroku.addon_config.update("a", config=[{"name": "KEY", "value": SECRET}]),
    "raw": lambda heroku: heroku.request("PATCH", "/apps/a/config-vars", json={"KEY": SECRET}),
}
QUOTES: dict[str, Any] = {
    "message": {"id": "invalid_params", "message": f"KEY is {SECRET}, which is wrong"},
    "nested": {"id": "invalid_params", "message": "wrong", "errors": {"value": [f"is {SECRET}"], SECRET: 1}},
    "text": f"<html><title>{SECRET}</title></html>",
}


@pytest.mark.parametrize("quote", QUOTES)
@pytest.mark.parametrize("call", CALLS)
async def test_no_secret_is_in_the_error(call: str, quote: str, platform: Platform, heroku: Heroku) -> None:
    """Not in its text, attributes or pickle, wherever the response has it; the rest of the response is there."""
    platform.fault(faults.Answer(422, QUOTES[quote]), times=None)
    with raises(APIError) as caught:
        await CALLS[call](heroku)
    error = caught.value
    assert error.status == 422
    assert "***" in str(error) or quote == "text"
    for shown in (str(error), repr(error), str(error.body), str(error.extra), str(pickle.dumps(error))):
        assert "s3cr3t" not in shown


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_no_token_is_in_the_error(method: str, platform: Platform, heroku: Heroku) -> None:
    """A response, or a page of a proxy, that quotes the request's headers does not show the credentials."""
    for quote in (f"<p>Authorization: Bearer {platform.token}</p>", {"id": "bad", "message": f"not {platform.token}"}):
        platform.fault(faults.Answer(400, quote))
        with raises(APIError) as caught:
            await heroku.request(method, "/apps/a")
        error = caught.value
        for shown in (str(error), repr(error), str(error.body), str(error.extra), str(pickle.dumps(error))):
            assert platform.token not in shown
        assert b"***" in error.body


def test_a_basic_token_is_masked_in_both_forms() -> None:
    """As it is sent, in base64, and as the caller gave it."""
    basic = Credentials.basic("0123456789").authorization
    body = json.dumps({"message": f"{basic} holds 0123456789"}).encode()
    assert json.loads(without_secrets(body, None, "/apps", basic)) == {"message": "Basic *** holds ***"}
    assert without_secrets(b"0123456789", None, "/apps", "Basic no-base64") == b"0123456789"


@pytest.mark.parametrize("deep", [1, 300, 100_000])
async def test_no_response_is_too_deep_to_mask(deep: int, platform: Platform, heroku: Heroku) -> None:
    """What a response quotes is masked however deep it is, and also in truncated JSON, with its escapes."""
    quote = "[" * deep + json.dumps(f"{SECRET} {platform.token}")
    for end in ("", "]" * deep):
        platform.fault(faults.Answer(400, quote + end))
        with raises(APIError) as caught:
            await heroku.config_vars.update("a", {"KEY": SECRET})
        assert b"s3cr3t" not in caught.value.body
        assert platform.token.encode() not in caught.value.body


async def test_a_journal_has_no_quoted_secret(platform: Platform, heroku: Heroku, tmp_path: Path) -> None:
    """What failed is recorded with its reason, without the value."""
    platform.fault(faults.Answer(422, QUOTES["message"]), times=None, path="/apps/*")
    path = tmp_path / "journal"
    campaign = heroku.each(heroku.config_vars.update, ["a", "b"], {"KEY": SECRET}, journal=Journal(path))
    async with campaign as outcomes:
        assert all([isinstance(outcome, Failed) async for outcome in outcomes])
    assert b"which is wrong" in path.read_bytes()
    assert b"s3cr3t" not in path.read_bytes()


@pytest.mark.parametrize(
    ("sent", "path", "quoted", "shown"),
    [
        ({"K": "1"}, "/apps/{app}/config-vars", "K is 1, one of 12", "K is ***, one of 12"),
        ({"K": "abc", "L": "abc.long"}, "/apps/{app}/config-vars", "abc.long abc", "*** ***"),
        ({"K": ""}, "/apps/{app}/config-vars", "K is missing", "K is missing"),
        ({"K": None}, "/apps/{app}/config-vars", "None", "None"),
        ({"name": "shop"}, "/apps", "shop is taken", "shop is taken"),
        ({"name": "shop", "token": "shop1"}, "/apps", "shop is taken", "shop is taken"),
    ],
)
def test_what_is_not_secret_is_shown(sent: Any, path: str, quoted: str, shown: str) -> None:
    """Short values are masked where they stand alone, the longest first; names stay."""
    body = json.dumps({"message": quoted}).encode()
    assert json.loads(without_secrets(body, json.dumps(sent).encode(), path)) == {"message": shown}


def test_what_quotes_nothing_is_as_it_came() -> None:
    """Byte by byte, also where one of the two is not JSON."""
    for body in (b'{"message":  "wrong"}', b"plain \xff", b""):
        for request in (b'{"KEY": "value"}', b"no json", b'["value"]'):
            assert without_secrets(body, request, "/apps/{app}/config-vars") == body


@pytest.fixture
async def platform() -> Any:
    """A simulated platform."""
    async with Platform(apps=0) as opened:
        yield opened


@pytest.fixture
async def heroku(platform: Platform) -> Any:
    """A session that repeats nothing."""
    async with Heroku(platform.token, base_url=platform.url, pool=Pool(), retry=None) as opened:
        yield opened
