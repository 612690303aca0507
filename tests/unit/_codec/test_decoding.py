"""Responses gone wrong in every way: a model comes out, or a `DecodeError` that gives nothing away."""

import copy
import json
import random
from pathlib import Path
from typing import Any, Final

import pytest

import aioheroku
from aioheroku import errors, structure, unstructure
from aioheroku._client.attributes import RESOURCES
from aioheroku._http import Response
from tests._support.fakes import Caller
from tests._support.secrets import watch
from tests._support.thorough import amount, some

TABLE: list[dict[str, Any]] = json.loads((Path(__file__).parent.parent.parent / "data" / "reference.json").read_text())
MUTATIONS: Final = amount(200, 1000)
"""For each resource."""
SECRET: Final = "s3cr3t"
"""In every text of a response: none of it may come back in an error."""


def compiled_of(row: dict[str, Any]) -> Any:
    """The declaration of an endpoint, compiled."""
    kind = RESOURCES[row["attribute"]]
    return getattr(getattr(aioheroku.resources, kind), row["method"]).endpoint.compiled


def marked(value: Any) -> Any:
    """The value with the secret in each text that is not an id, a time or a name."""
    if isinstance(value, dict):
        return {name: marked(item) for name, item in value.items()}
    if isinstance(value, list):
        return [marked(item) for item in value]
    return f"{value}{SECRET}" if isinstance(value, str) and not value.startswith(("0123", "20", "true")) else value


JUNK: Final[list[Any]] = [
    None, True, False, 0, -1, 2**70, 1.5, 1e300, float("inf"), float("nan"), "", SECRET, f"\x1b[2J{SECRET}\n", "true",
    "01234567-89ab-cdef-0123-456789abcdef", "2014-05-01T00:00:00Z", "2014-02-28 00:19:19 +0000", "9999-99-99", "\ud800",
    [], {}, [SECRET], [[]], [None], {SECRET[:3]: SECRET}, {"id": None}, {"id": SECRET, "name": 5}, "x" * 5000 + SECRET,
]  # fmt: skip


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in the data, as a container and a key."""
    found: list[tuple[Any, Any]] = []
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in pairs:
        found.append((value, key))
        found += places(item)
    return found


def mutated_data(data: Any, rng: random.Random) -> Any:
    """The data with a value replaced, removed, moved or inserted, once or several times."""
    data = copy.deepcopy(data)
    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        if not (spots := places(data)) or rng.random() < 0.03:
            return copy.deepcopy(rng.choice(JUNK))
        holder, key = rng.choice(spots)
        match rng.randrange(6):
            case 0 | 1:
                holder[key] = copy.deepcopy(rng.choice(JUNK))
            case 2:
                del holder[key]
            case 3:
                other, its = rng.choice(spots)
                holder[key] = copy.deepcopy(other[its]) if its in range(len(other)) or its in other else None
            case 4:
                holder[key] = [copy.deepcopy(holder[key])] * rng.randrange(3)
            case _ if isinstance(holder, dict):
                holder[rng.choice(("new", "id", "\x1b[2J\n", "a.b", "]"))] = copy.deepcopy(rng.choice(JUNK))
            case _:
                holder.append(copy.deepcopy(rng.choice(JUNK)))
    return data


def mutated_bytes(body: bytes, rng: random.Random) -> bytes:
    """The body cut, doubled, or with some bytes changed."""
    at = rng.randrange(len(body) + 1)
    match rng.randrange(6):
        case 0:
            return body[:at]
        case 1:
            return body[at:]
        case 2:
            return body[:at] + bytes(rng.randrange(256) for _ in range(rng.randint(1, 9))) + body[at + 1 :]
        case 3:
            return body + body
        case 4:
            return (
                body[:at]
                + rng.choice((b"\xef\xbb\xbf", b"\x00", b"<html>", b"[" * 2000, b'"', b"9" * 5000))
                + body[at:]
            )
        case _:
            return body.decode().encode(rng.choice(("utf-16", "utf-32", "utf-8-sig")))


def mutated(answer: Any, rng: random.Random) -> bytes:
    if rng.random() < 0.75:
        return json.dumps(mutated_data(answer, rng), ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")
    return mutated_bytes(json.dumps(answer).encode(), rng)


def looked_into(error: errors.DecodeError, body: bytes) -> None:
    """It names a place and a request, can be printed and stored, and quotes nothing."""
    text = str(error)
    assert SECRET not in text + repr(error), body
    assert text.isprintable(), body
    assert len(text) < 1000, body
    assert error.path
    assert error.reason
    assert "returned 200, request r-1)" in text


@pytest.mark.parametrize("resource", some(TABLE, 2), ids=lambda resource: resource["name"])
def test_mutated_body_decodes_or_fails(resource: dict[str, Any], caller: Caller) -> None:
    """Mutations of each resource's examples: nothing else ever comes out, and what comes out is whole."""
    rows = [row for row in resource["endpoints"] if row["answer"] is not None]
    rng = random.Random(resource["name"])
    models = refused = 0
    for number in range(MUTATIONS):
        row = rows[number % len(rows)]
        compiled = compiled_of(row)
        body = mutated(marked(row["answer"]), rng)
        response = Response(200, {"Request-Id": "r-1"}, body, row["verb"], compiled.endpoint.path)
        try:
            value = compiled.decoded(caller, response)
        except errors.DecodeError as error:
            watch.error(error)
            refused += 1
            looked_into(error, body)
            continue
        if value is None:
            assert row["verb"] != "GET"
            assert json.loads(body.decode("utf-8-sig") or "null") in (None, {}, []), body
            continue
        models += 1
        if number % 10 == 0:
            assert repr(structure(unstructure(value), compiled.endpoint.result)) == repr(value), body
    assert models > MUTATIONS / 20
    assert refused > MUTATIONS / 20
