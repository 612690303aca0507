"""Models: what is declared once holds for attrs, msgspec, copies and reprs alike, and nothing that was said is lost."""

import copy
import json
import pickle
import weakref
from datetime import date
from typing import Annotated, Any

import attrs
import pytest

from aioheroku._codec import (
    Extra,
    Key,
    ListOrSingle,
    Model,
    SingleOrList,
    cattrs_decoder,
    decoder_for,
    frozen,
    optional_secret,
    secret,
    structure,
    unstructure,
)
from aioheroku.errors import DecodeError
from tests._support.secrets import raises


@frozen(kw_only=True)
class Part(Model):
    """A nested object."""

    id: str
    name: str | None = None


@frozen(kw_only=True)
class Whole(Model):
    """An object with everything that fields can be."""

    signed: Annotated[bool, Key("ca_signed?")]
    key: str = secret()
    kind: Part | str | None = None
    parts: list[Part] | None = None
    free: dict[str, Any] | None = None
    named: dict[str, Part] | None = None
    day: date | None = None
    token: str | None = optional_secret()


ALL: dict[str, Any] = {
    "ca_signed?": True,
    "key": "k3y",
    "kind": {"id": "1", "name": "n"},
    "parts": [{"id": "1", "name": None}],
    "free": {"anything": [1, {"x": None}]},
    "named": {"a": {"id": "2", "name": "b"}},
    "day": "2026-11-28",
    "token": "t0ken",
}
MORE = {**ALL, "kind": {"id": "1", "name": "n", "new": {"deep": [1]}}, "extra": {"of": "theirs"}, "signed": "s3cret"}
BOTH = pytest.mark.parametrize("read", [lambda data: decoder_for(Whole)(json.dumps(data).encode()),
                                        lambda data: structure(data, Whole)], ids=["msgspec", "cattrs"])  # fmt: skip


@BOTH
def test_a_wire_key_may_be_no_name(read: Any) -> None:
    """A key such as `ca_signed?` is a field with a name, and `unstructure` gives the key of the wire back."""
    whole = read(ALL)
    assert whole.signed is True
    assert unstructure(whole) == ALL
    assert structure(unstructure(whole), Whole) == whole


@BOTH
def test_unknown_keys_are_kept(read: Any) -> None:
    """Keys that no field names are in `extra`, of nested objects too, even one called "extra" or as a field."""
    whole = read(MORE)
    assert whole.extra == {"extra": {"of": "theirs"}, "signed": "s3cret"}
    assert whole.kind.extra["new"] == {"deep": [1]}
    assert whole.parts[0].extra == {}
    assert unstructure(whole) == MORE
    assert structure(unstructure(whole), Whole) == whole


@BOTH
def test_a_type_may_differ_by_accept(read: Any) -> None:
    """A value that is an object in one Accept variant and a string in another is decoded as either."""
    assert read({**ALL, "kind": "cedar"}).kind == "cedar"
    assert read(ALL).kind == Part(id="1", name="n")
    assert read({**ALL, "kind": None}).kind is None


@BOTH
def test_absent_and_null_are_none(read: Any) -> None:
    """What is absent or null is None, arrays and mappings too."""
    bare = read({"ca_signed?": False, "key": "k"})
    empty = read({"ca_signed?": False, "key": "k", "parts": None, "free": None, "day": None})
    assert bare == empty
    assert (bare.parts, bare.free, bare.day) == (None, None, None)


@BOTH
def test_a_date_is_a_date(read: Any) -> None:
    """A date is `datetime.date`; anything else is refused."""
    assert read(ALL).day == date(2026, 11, 28)
    with raises(DecodeError, match=r"Whole\.day"):
        read({**ALL, "day": "2026-13-01"})


def test_extra_is_hidden_in_a_repr() -> None:
    """The repr shows the extra keys, never their values, and omits `extra` if it is empty."""
    for shown in (repr(structure(MORE, Whole)), str(structure(MORE, Whole).extra), str(structure(MORE, Whole).kind)):
        assert "s3cret" not in shown
        assert "theirs" not in shown
        assert "'***'" in shown
        assert "extra" in shown or "signed" in shown
    assert "extra" not in repr(structure(ALL, Whole))


def test_secrets_are_hidden_in_reprs() -> None:
    """Secret fields are masked in the repr and in what `rich` prints; those that are None show it."""
    whole = structure(ALL, Whole)
    for shown in (repr(whole), repr(whole.__rich_repr__())):
        assert "k3y" not in shown
        assert "t0ken" not in shown
    assert "token=None" in repr(attrs.evolve(whole, token=None))
    assert whole.key == "k3y"


@pytest.mark.parametrize("data", [ALL, MORE], ids=["known", "with extra"])
def test_copies_are_equal(data: dict[str, Any]) -> None:
    """Pickle, copy and evolve keep everything; equal objects have equal hashes; extra keys count."""
    whole = structure(data, Whole)
    pickled = pickle.loads(pickle.dumps(whole))  # noqa: S301 - our own
    for other in (pickled, copy.copy(whole), copy.deepcopy(whole), attrs.evolve(whole)):
        assert other == whole
        assert other.extra == whole.extra
        assert hash(other.kind) == hash(whole.kind)
    assert attrs.evolve(whole, extra=Extra({"one": 1})) != whole
    assert weakref.ref(whole)() is whole


def test_a_model_is_a_class_of_attrs() -> None:
    """`attrs` sees its fields, `extra` last, and nothing can be changed or left out."""
    whole = structure(ALL, Whole)
    assert attrs.has(Whole)
    assert [field.name for field in attrs.fields(Whole)][-2:] == ["token", "extra"]
    assert attrs.asdict(whole)["kind"] == {"id": "1", "name": "n", "extra": {}}
    with raises(attrs.exceptions.FrozenInstanceError):
        whole.key = "other"  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue]
    with raises(attrs.exceptions.FrozenInstanceError):
        del whole.key  # pyright: ignore[reportAttributeAccessIssue]
    with raises(TypeError, match="key"):
        Whole(signed=True)  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]


@pytest.mark.parametrize("body", [b'{"id":"1","new":2}', b' [{"id":"1","new":2}]'])
def test_one_object_may_come_as_a_list(body: bytes) -> None:
    """`SingleOrList`: one object, from an object or from a list of one; an empty list or a list of two is refused."""
    read = decoder_for(Annotated[Part, SingleOrList()])
    part = read(body)
    assert part.id == "1"
    assert part.extra == {"new": 2}
    for odd in (b"[]", b'[{"id":"1"},{"id":"2"}]'):
        with raises(DecodeError):
            read(odd)


@pytest.mark.parametrize("item", [{"id": "1"}, {"id": "1", "new": 2}])
def test_a_field_may_hold_its_only_item(item: dict[str, Any]) -> None:
    """A field that is marked by `ListOrSingle` is a list, also if the platform sends the item alone."""

    @frozen(kw_only=True)
    class Holder(Model):
        parts: Annotated[list[Part], ListOrSingle()] | None = None

    alone, listed = ({"parts": parts} for parts in (item, [item]))
    assert structure(alone, Holder) == structure(listed, Holder) == decoder_for(Holder)(json.dumps(alone).encode())
    assert structure(alone, Holder).parts == [structure(item, Part)]


def test_an_unknown_key_keeps_a_page_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page in which every item has a new key, itself or in an object in it, is decoded without the converter."""
    monkeypatch.setattr(cattrs_decoder, "decode", None)
    page = json.dumps([{"id": "1", "new": number} for number in range(50)]).encode()
    assert [part.extra["new"] for part in decoder_for(list[Part])(page)] == list(range(50))
    for place in ({"kind": MORE["kind"]}, {"parts": [MORE["kind"]]}, {"named": {"a": MORE["kind"]}}):
        (whole,) = decoder_for(list[Whole])(json.dumps([{**ALL, **place}]).encode())
        assert unstructure(whole) == {**ALL, **place}
