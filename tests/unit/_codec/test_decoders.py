"""Both ways of decoding, the quick one and the converter that is the authority, give equal objects."""

import copy
import gc
import json
import pickle
import random
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, get_origin

import attrs
import msgspec
import pytest

from aioheroku import resources, structure, unstructure
from aioheroku._client.attributes import RESOURCES
from aioheroku._codec import Extra, ListOrSingle, cattrs_decoder, decoder_for
from aioheroku._codec.hints import fields_of, is_model, item_of, leaf, members, model_in, notes
from aioheroku._codec.msgspec_decoder import PAUSE_ABOVE, gc_paused, make_decoder
from aioheroku.errors import DecodeError
from tests._support.secrets import raises, watch
from tests._support.tables import every
from tests._support.thorough import amount

REFERENCE: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent.parent / "data" / "reference.json").read_text()
)
ROWS = {(row["attribute"], row["method"]): row for resource in REFERENCE for row in resource["endpoints"]}
ROUNDS = amount(15, 60)
"""Mutations of each example."""
ODD_EXAMPLES = {("formation", "batch_update"), ("organizations", "list"), ("organizations", "update")}
"""Which the reference shows in another shape than it describes: an object for a list, "true" for true."""


def kind_of(attribute: str, method: str) -> Any:
    """The type that the responses of a declaration are decoded to."""
    resource = getattr(resources, RESOURCES[attribute])
    return vars(resource)[method].endpoint.result


KINDS = {key: kind for key in ROWS if (kind := kind_of(*key)) is not type(None)}
EACH_ANSWER = pytest.mark.parametrize("key", sorted(KINDS), ids=".".join)


def exactly(value: Any) -> Any:
    """A value with the types of all its parts, since `1 == True == 1.0`."""
    if attrs.has(type(value)):
        return type(value), [exactly(getattr(value, field.name)) for field in attrs.fields(type(value))]
    if isinstance(value, list):
        return [exactly(item) for item in value]
    if isinstance(value, dict | Extra):
        return type(value), {name: exactly(item) for name, item in value.items()}
    return type(value), repr(value), value.utcoffset() if isinstance(value, datetime) else None


def quickly(body: bytes, kind: Any) -> Any:
    """The result of msgspec alone for a body; `None` if it rejects the body."""
    try:
        return exactly(make_decoder(kind)(body))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def by_authority(body: bytes, kind: Any) -> Any:
    """The result of the converter alone for a body."""
    try:
        data = json.loads(body)
        if get_origin(leaf(kind)) is not list:
            return exactly(cattrs_decoder.structure(data, kind))
        may_be_single = any(isinstance(note, ListOrSingle) for note in notes(kind))
        items = [data] if may_be_single and isinstance(data, dict) else data
        if not isinstance(items, list):
            return None
        return exactly([cattrs_decoder.structure(item, item_of(kind)) for item in items])
    except (DecodeError, ValueError, RecursionError):
        return None


def hold_equal(body: bytes, kind: Any) -> bool:
    """Check that msgspec and the converter agree on what msgspec accepts, and that the decoder returns that result."""
    quick, authority = quickly(body, kind), by_authority(body, kind)
    assert quick is None or quick == authority, body
    try:
        whole = exactly(decoder_for(kind)(body))
    except DecodeError as error:
        watch.error(error)
        whole = None
    assert whole == authority, body
    return quick is not None


ODD: tuple[Callable[[Any], Any], ...] = (
    lambda _: None,
    lambda _: True,
    lambda _: 0,
    lambda _: 2**70,
    lambda _: 3.0,
    lambda _: 1.5,
    lambda _: "",
    lambda _: "true",
    lambda _: "\udcff",
    lambda _: [],
    lambda _: {},
    lambda _: {"id": None},
    lambda value: [value],
    lambda value: {"id": value},
    str,
    lambda value: value.upper() if isinstance(value, str) else value,
    lambda value: value.replace("-", "") if isinstance(value, str) else value,
    lambda value: value.replace("T", " ").replace("Z", " +0000") if isinstance(value, str) else value,
    lambda value: value.replace("Z", ".1234567Z") if isinstance(value, str) else value,
    lambda value: value.replace("Z", "+02:00") if isinstance(value, str) else value,
    lambda value: value.replace("Z", "-00:00") if isinstance(value, str) else value,
    lambda value: value.replace("Z", "") if isinstance(value, str) else value,
    lambda value: value.replace("12:00:00", "23:59:60") if isinstance(value, str) else value,
    lambda value: value.replace("12:00:00", "24:00:00") if isinstance(value, str) else value,
    lambda value: {**value, "unknown": [1, {"deep": None}]} if isinstance(value, dict) else value,
)
"""What may stand in the place of a value."""


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container with each of its keys or indices, at any depth."""
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from places(value[key])


def mutated(example: Any, dice: random.Random) -> bytes:
    """The example with one to three of its values replaced, removed or duplicated, perhaps as broken text."""
    data = json.loads(json.dumps(example))
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        if not (found := list(places(data))):
            break
        holder, key = dice.choice(found)
        if dice.random() < 0.15:
            del holder[key]
        elif isinstance(holder, list) and dice.random() < 0.3:
            holder.append(holder[key])
        else:
            holder[key] = dice.choice(ODD)(holder[key])
    text = json.dumps(data, ensure_ascii=dice.random() < 0.5).encode("utf-8", "surrogatepass")
    match dice.randrange(12):
        case 0:
            return text[: dice.randrange(len(text) + 1)]
        case 1:
            return text.replace(b'"id"', b'"id": 5, "id"', 1)
        case 2:
            return b" \n" + text.replace(b": ", b":\t ") + b"\n"
        case 3:
            return text.replace(b"null", b"NaN", 1)
        case _:
            return text


@EACH_ANSWER
def test_reference_examples_use_the_fast_decoder(key: tuple[str, str]) -> None:
    """The reference's own example of every response is decoded by msgspec, with the same result as by cattrs."""
    answer = ROWS[key]["answer"]
    if answer is None:
        pytest.skip("the reference shows no answer")
    kind = KINDS[key]
    assert hold_equal(json.dumps(answer).encode(), kind) is (key not in ODD_EXAMPLES)


@EACH_ANSWER
def test_both_decoders_agree_on_mutations(key: tuple[str, str]) -> None:
    """However odd a response is: what msgspec accepts equals, in value and type, the result of cattrs."""
    answer = ROWS[key]["answer"]
    kind = KINDS[key]
    dice = random.Random(".".join(key))
    whole_list = get_origin(leaf(kind)) is list and isinstance(answer, list) and answer
    for _ in range(ROUNDS):
        hold_equal(mutated(answer * dice.randint(1, 3) if whole_list else answer, dice), kind)


UNKNOWN = ("extra", "mood", "Name", "id ", "", "\u00e9", "__class__", "secrets__", "a.b", "self", "created-at")
"""Keys that no model has a field for."""


def with_unknown_keys(data: Any, kind: Any, dice: random.Random) -> int:
    """Put keys that no model knows into the objects that models are made of, at any level; returns how many."""
    count = 0
    for member in members(kind):
        if get_origin(member) is list and isinstance(data, list):
            count += sum(with_unknown_keys(item, item_of(member), dice) for item in data)
        elif is_model(member) and isinstance(data, dict):
            fields = fields_of(member)
            count += sum(with_unknown_keys(data[key], fields[key], dice) for key in list(data) if key in fields)
            for key in dice.sample(UNKNOWN, dice.choice((0, 0, 1, 3))):
                data[key] = dice.choice((None, True, -1, 2**70, 1.5, "text", [], [{"id": None}], {"extra": {"id": 1}}))
                count += 1
    return count


@EACH_ANSWER
def test_unknown_keys_survive(key: tuple[str, str]) -> None:
    """Both decoders keep all unknown keys of a response, at each level, in objects and pages.

    They go out as they came, and the object that is made of that again is equal.
    """
    answer, kind, dice = ROWS[key]["answer"], KINDS[key], random.Random(".".join(key))
    if model_in(kind) is None or key in ODD_EXAMPLES:
        pytest.skip("no model, or an odd example")
    plain = unstructure(decoder_for(kind)(json.dumps(answer).encode()))
    for _ in range(20):
        data = copy.deepcopy(plain)
        count = with_unknown_keys(data, kind, dice)
        body = json.dumps(data).encode()
        assert hold_equal(body, kind) is (count == 0), "only what is known to the last key takes the fast way"
        value = decoder_for(kind)(body)
        assert exactly_json(unstructure(value)) == exactly_json(data)
        for item, raw in zip(value, data, strict=True) if isinstance(value, list) else [(value, data)]:
            again = structure(raw, type(item))
            assert again == item == pickle.loads(pickle.dumps(item)) == copy.deepcopy(item)  # noqa: S301 - our own
            assert attrs.evolve(item) == item


def exactly_json(data: Any) -> str:
    """JSON data in one form, in which 1, 1.0 and true differ."""
    return json.dumps(data, sort_keys=True)


def test_both_decoders_agree_on_recordings(shared: Path) -> None:
    """Both decoders agree on every recorded response, original and mutated, decoded as any type."""
    dice = random.Random(6)
    bodies = [json.loads(file.read_text()) for file in sorted((shared / "recorded").glob("*.json"))]
    answers = [body["response"]["body"] for body in bodies if "response" in body]
    kinds = list({repr(kind): kind for kind in KINDS.values()}.values())
    taken = 0
    for answer in answers:
        for kind in kinds:
            taken += hold_equal(json.dumps(answer).encode(), kind)
            hold_equal(mutated(answer, dice), kind)
    assert taken >= len(answers) // 2


@pytest.mark.parametrize("raw", ["\\udcff", "2012-01-01T12:00:00.1234567Z"])
def test_what_once_differed_stays_equal(raw: str) -> None:
    """Both decoders refuse a lone surrogate as any wrong text, and round the seventh digit of a second."""
    text = json.dumps([ROWS["apps", "info"]["answer"]]).replace("2012-01-01T12:00:00Z", raw)
    assert raw in text
    for body in (text, text[1:-1]):
        hold_equal(body.encode(), list[resources.App] if body == text else resources.App)


def models() -> list[type[Any]]:
    """Every model."""
    found = {value for name in resources.__dir__() if attrs.has(value := getattr(resources, name))}
    return sorted(found, key=lambda cls: cls.__name__)


@every(models())
def test_a_model_is_data_alone(model: type[Any]) -> None:
    """No model computes anything when it is created: msgspec creates its objects without calling `__init__`."""
    assert not hasattr(model, "__attrs_post_init__")
    assert not hasattr(model, "__attrs_pre_init__")
    for field in attrs.fields(model):
        assert field.converter is None
        assert field.validator is None
        assert not isinstance(field.default, attrs.Factory)  # type: ignore[arg-type]


def test_odd_item_falls_back_to_cattrs() -> None:
    """If one item of a list is odd, the converter decodes it; the other items are not affected."""
    example = ROWS["apps", "info"]["answer"]
    odd = {**example, "owner": {**example["owner"], "email": None}}
    items = decoder_for(list[resources.App])(json.dumps([example, odd]).encode())
    assert [type(item) for item in items] == [resources.App, resources.App]
    assert [item.owner.email for item in items] == [example["owner"]["email"], None]


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_left_as_it_was(enabled: bool) -> None:
    """A large body pauses the collector only while it is decoded, be it accepted or refused, alone or concurrently."""
    large = json.dumps([ROWS["apps", "info"]["answer"]] * 500).encode()
    assert len(large) > PAUSE_ABOVE
    during: list[bool] = []
    read = decoder_for(list[resources.App])

    def work() -> None:
        for _ in range(amount(5, 20)):
            read(large)
            with raises(DecodeError):
                read(large[:-1])

    def refuse(_: bytes) -> None:
        during.append(gc.isenabled())
        raise ValueError

    try:
        if not enabled:
            gc.disable()
        with raises(ValueError, match=r"^$"):
            gc_paused(refuse, large)
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert gc.isenabled() is enabled
        assert during == [False]
    finally:
        gc.enable()
