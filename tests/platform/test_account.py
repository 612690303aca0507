"""What belongs to an account, keys and credits; and log sessions."""

import re
from typing import Any

import pytest

from aioheroku.testing import Platform
from tests._support.platform_client import Api

# Made for this purpose, their private halves thrown away; the fingerprints are what `ssh-keygen -E md5 -l` prints.
KEYS = {
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDRTdPIsQ0Xx0ZZSkNugAPBfTJH58cWs9RQp4LgcZy3ivQatNzQJR0DMdUy2WXtSaQrK1HbTKsyyh"
    "zA1yVMkf+xr6rNDoMPfMbnTk5aCOcHIa8qT2r9SAOLT2uY6SgA9HyAcGDO0cm/tcrjKNonSti87sEIXASh54DB0N8fDuBQBQ== user@rsa": (
        "eb:6b:65:67:c3:b2:e7:33:41:9f:3c:a8:3a:9e:c8:df"
    ),
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPZjfW+BCCjnt2fJsTnYw8GqAGNdoLBpGhjWXaI3J8BP user@ed25519": (
        "5c:6d:95:bc:0c:e5:14:5c:f0:af:d1:f1:89:7e:5d:14"
    ),
    "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBBHmLRBZ7CEN1fI5ncx2UV38SDhZlMPoHn273MJGca"
    "beNOcJY2g4gnX1SIv4+9RLljoLDGuYrkS9yWsWzNzxZww= user@ecdsa": "3e:2b:1d:7a:ad:56:14:ec:8a:c3:54:81:14:8e:4c:17",
}
KEY = next(iter(KEYS))


@pytest.mark.parametrize(("text", "fingerprint"), KEYS.items(), ids=["rsa", "ed25519", "ecdsa"])
async def test_keys_have_true_fingerprints(api: Api, text: str, fingerprint: str) -> None:
    """The MD5 of the key itself, with colons; its comment is also its e-mail; found by id and fingerprint."""
    got = await api("POST", "/account/keys", {"public_key": f"{text}\n"})
    assert (got.status, got.body["fingerprint"], got.body["public_key"]) == (201, fingerprint, text)
    assert got.body["comment"] == got.body["email"] == text.split()[2]
    for key in (got.body["id"], fingerprint):
        assert (await api("GET", f"/account/keys/{key}")).body == got.body
    assert (await api("DELETE", f"/account/keys/{fingerprint}")).body == got.body
    gone = await api("GET", f"/account/keys/{fingerprint}")
    assert (gone.status, gone.body["resource"]) == (404, "key")


async def test_comments_may_be_missing_or_long(api: Api) -> None:
    """Everything behind the key is its comment, and nothing is an empty one."""
    for text, comment in zip(KEYS, ("", "me on my machine", "x"), strict=True):
        bare = " ".join(text.split()[:2])
        got = await api("POST", "/account/keys", {"public_key": f"{bare} {comment}"})
        assert (got.status, got.body["comment"]) == (201, comment)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ssh-rsa",
        "ssh-rsa AAAA",
        "ssh-rsa AAAAB3NzaC1ycVc/../839Uv username@example.com",
        KEY.replace("ssh-rsa", "ssh-ed25519", 1),
        KEY.replace("ssh-rsa", "ssh-what", 1),
        KEY.split()[1],
        KEY[:100],
        f"{KEY}\n{KEY}",
        "ssh-rsa AAAAB3NzaC1yc2E= short",
    ],
)
async def test_keys_that_cannot_be_read(api: Api, text: str) -> None:
    """422: no base64, another kind than it says, cut short, or several at once."""
    assert (await api("POST", "/account/keys", {"public_key": text})).status == 422
    assert (await api("GET", "/account/keys")).body == []


async def test_a_key_is_one_persons(api: Api, platform: Platform) -> None:
    """Somebody's key is 422 for oneself and for others, under another comment too, until it is deleted."""
    await api("POST", "/account/keys", {"public_key": KEY})
    other = api.as_(platform.account("other@example.net"))
    again = {"public_key": f"{KEY}2"}
    for each in (api, other):
        got = await each("POST", "/account/keys", again)
        assert (got.status, got.body["message"]) == (422, "Fingerprint has already been taken")
    await api("DELETE", f"/account/keys/{KEYS[KEY]}")
    assert (await other("POST", "/account/keys", again)).status == 201


async def test_keys_are_ordered_by_fingerprint(api: Api) -> None:
    """Or by id."""
    for text in KEYS:
        await api("POST", "/account/keys", {"public_key": text})
    got = await api("GET", "/account/keys")
    assert [row["fingerprint"] for row in got.body] == sorted(KEYS.values())
    assert got.headers["Accept-Ranges"] == "fingerprint, id"
    by_id = [row["id"] for row in (await api("GET", "/account/keys", Range="id ..")).body]
    assert by_id == sorted(by_id)


async def test_credits(api: Api) -> None:
    """A couple, whose balance is not more than their amount; listed by id alone."""
    got = await api("GET", "/account/credits")
    assert len(got.body) == 2
    for row in got.body:
        assert 0 <= row["balance"] <= row["amount"]
        assert (await api("GET", f"/account/credits/{row['id']}")).body == row
    assert got.headers["Accept-Ranges"] == "id"
    assert (await api("GET", "/account/credits/none")).body["resource"] == "credit"


async def test_log_sessions(api: Api, app: str) -> None:
    """An address on the platform's own host, whose ids are not the session's, new each time."""
    seen = set[str]()
    for body in (None, {}, {"dyno": "web.1", "lines": 10, "source": "app", "tail": True}):
        got = await api("POST", f"{app}/log-sessions", body)
        assert got.status == 201
        url = got.body["logplex_url"]
        match = re.fullmatch(
            r"http://127\.0\.0\.1:\d+/stream\?channel_id=app-.*&timestamp=1450000000&token=([\w-]{43}%3D)", url
        )
        assert match
        seen |= {match[1], got.body["id"]}
    assert len(seen) == 6
    wrong: Any
    for wrong in ({"lines": 0}, {"lines": "10"}, {"tail": "yes"}, {"dyno": 1}):
        assert (await api("POST", f"{app}/log-sessions", wrong)).status == 422
    assert (await api("POST", "/apps/none/log-sessions", {})).body["resource"] == "app"


async def test_rejected_email_keeps_the_password(api: Api, platform: Platform) -> None:
    """Both at once are done both or not at all."""
    body = {"password": platform.password, "new_password": "better", "email": "none"}
    assert (await api("PATCH", "/account", body)).status == 422
    assert (await api("PATCH", "/account", {"password": platform.password})).status == 200
