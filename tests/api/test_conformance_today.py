"""The declarations against today's table, in both directions: what it has is here, and nothing is here that it lacks.

tests/data/today.json is derived by `derive_today.py` from what Heroku publishes, not from the library. What the
reference of 2014 alone has is held by test_conformance.py.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from inspect import Parameter, signature
from pathlib import Path
from types import NoneType
from typing import Any, get_origin, is_typeddict
from uuid import UUID

import attrs

from aioheroku import Pages, resources
from aioheroku._api.validation import validator_for
from aioheroku._codec import OneOf, Secrets, decoder_for
from aioheroku._codec.hints import fields_of, hints_of, is_mapping, is_model, item_of, keywords_of, leaf, members, notes
from aioheroku.errors import DecodeError, InvalidRequest
from tests._support.declarations import DECLARED, home
from tests._support.tables import every

DATA = Path(__file__).parent.parent / "data"
TODAY: dict[str, Any] = json.loads((DATA / "today.json").read_text())
REFERENCE: list[dict[str, Any]] = json.loads((DATA / "reference.json").read_text())
ROWS = {(row["attribute"], row["method"]): row for row in TODAY["endpoints"]}
OLD_ROWS = {(row["attribute"], row["method"]): row for resource in REFERENCE for row in resource["endpoints"]}
EACH_ENDPOINT = every(sorted(ROWS), ".".join)
EACH_MODEL = every(sorted(TODAY["models"]))
SCALARS = {"uuid": UUID, "date-time": datetime, "date": date, "boolean": bool, "integer": int, "string": str}


def old_attributes() -> dict[str, dict[str, bool]]:
    """What the reference has of each model: each path, and whether it may be null."""
    found: dict[str, dict[str, bool]] = {}
    for resource in REFERENCE:
        name = re.sub(r"^Pages\[(\w+)\]$", r"\1", resource["endpoints"][0]["returns"])
        found[name] = {row["path"]: row["nullable"] for row in resource["attributes"]}
        for path in list(found[name]):  # the reference has no rows for objects that have members
            parent = path.rpartition(":")[0]
            if parent:
                found[name].setdefault(parent, False)
    return found


OLD = old_attributes()
OLD_ENUMS = {
    (re.sub(r"^Pages\[(\w+)\]$", r"\1", resource["endpoints"][0]["returns"]), row["path"]): row["enum"]
    for resource in REFERENCE
    for row in resource["attributes"]
}
EXPANSIONS = {
    "Addon": {"addon_service": "AddonService", "plan": "Plan"},
    "Plan": {"addon_service": "AddonService"},
    "Space": {"region": "Region"},
}
"""Objects that `Accept-Expansion` shows in full: all attributes of the resource that they are."""
INCLUSIONS = {"AddonAttachment": {"addon:plan", "addon:plan:id", "addon:plan:name", "config_vars"}}
"""What `Accept-Inclusion` adds, and no table has."""
MORE_VALUES = {("Peering", "type"): {"heroku-cassandra", "heroku-kafka", "heroku-postgresql", "heroku-redis", "slowdb"}}
"""Values that the variant 3.sdk names besides."""
OPTIONAL_IN_PRACTICE = {("Addon", "addon_service")}
"""Promised by both tables, and left out by recorded responses of 2014."""
MORE_PARAMETERS = {
    ("addons", "create"): {"plan:id", "plan:name"},  # every CLI since 7.69 sends the plan as an object
    ("addons", "update"): {"plan:id", "plan:name"},
    ("formation", "batch_update"): {"updates[]:process", "updates[]:size"},  # in the prose of the reference
}
"""Additions: what methods take that is in neither table."""
EITHER = {("releases", "create"): {"slug"}, ("oauth_tokens", "create"): {"grant", "refresh_token"}}
"""Required by the tables, though the call takes one of several."""
ADD = "what Heroku has added needs a row in tests/data/today.json, which derive_today.py beside it makes"


def without_null(hint: Any) -> tuple[Any, ...]:
    """The alternatives of a type except null."""
    return tuple(member for member in members(hint) if member is not NoneType)


def flat(kind: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Each field of a model, or key of a mapping, as the tables write it: `owner:email`, `users[]:id`."""
    for name, hint in (fields_of(kind) if is_model(kind) else hints_of(kind)).items():
        yield f"{prefix}{name}", hint
        yield from inside(hint, f"{prefix}{name}")


def inside(hint: Any, path: str) -> Iterator[tuple[str, Any]]:
    """What is in the objects that a type stands for."""
    for member in without_null(hint):
        if is_model(member) or is_typeddict(member):
            yield from flat(member, f"{path}:")
        elif get_origin(member) in (list, Sequence):
            yield from inside(item_of(member), f"{path}[]")


def rows_of(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Rows by path; what is below an array is its items', also where the schema forgets it (`schema_faults.tsv`)."""
    arrays = {row["path"] for row in rows if row["type"] == "array"}
    return {re.sub(r"^(\w+):", lambda m: m[1] + ("[]:" if m[1] in arrays else ":"), row["path"]): row for row in rows}


def parent_of(path: str) -> str:
    """The path of the object that an attribute is in."""
    return path.rpartition(":")[0].removesuffix("[]")


def age(model: str, path: str, rows: Mapping[str, dict[str, Any]]) -> int:
    """Since when an attribute is there: 0 since 2014, 1 in today's schema, 2 in the variant 3.sdk alone."""
    if not path:
        return 0 if model in OLD else 1
    return 2 if rows[path].get("sdk") else 0 if path in OLD.get(model, ()) else 1


def may_be_none(model: str, path: str, rows: Mapping[str, dict[str, Any]]) -> bool:
    """The rule for models: an attribute is required if every table that has its object promises it."""
    row = rows[path]
    newer = age(model, path, rows) > age(model, parent_of(path), rows)
    return bool(newer or row.get("nullable") or row.get("absent") or OLD.get(model, {}).get(path))


def expanded(model: str) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """The rows that an expansion adds to a model's, and whether each may be None."""
    for attribute, resource in EXPANSIONS.get(model, {}).items():
        rows = rows_of(TODAY["models"][resource])
        for path, row in rows.items():
            yield f"{attribute}:{path}", row, not parent_of(path) or may_be_none(resource, path, rows)


def is_type_of(row: Mapping[str, Any], kinds: tuple[Any, ...], *, is_parameter: bool = False) -> bool:
    """Whether a type is what a row says."""
    match row["type"]:
        case "object":
            return any(is_model(kind) or is_mapping(kind) for kind in kinds)
        case "array":
            lists = [kind for kind in kinds if not (is_parameter and kind is str)]  # the official command sends a text
            return [get_origin(kind) in (list, Sequence) for kind in lists] == [True]
        case "number":
            return set(kinds) in ({int, float}, {float})
        case kind if is_parameter:
            return {kind for kind in kinds if not is_mapping(kind)} - {UUID} == {SCALARS[kind]}
        case kind:
            return kinds == (SCALARS[row["format"] if row.get("format") in SCALARS else kind],)


def named_values(hint: Any) -> set[str]:
    """The values that a type names."""
    return {value for note in notes(hint) if isinstance(note, OneOf) for value in note.values}


def test_every_endpoint_of_today_is_declared() -> None:
    """Each row of the table has a method with its name; all other methods are in the reference."""
    missing = [f"{attribute}.{method}: declare it in {home(attribute)}" for attribute, method in ROWS.keys() - DECLARED]
    assert missing == []
    assert DECLARED.keys() - ROWS.keys() - OLD_ROWS.keys() == set(), ADD


@EACH_ENDPOINT
def test_endpoint_is_as_in_todays_table(key: tuple[str, str]) -> None:
    """Method, path, orders and the type of the result."""
    row, endpoint, edit = ROWS[key], DECLARED[key].endpoint, f"edit {home(key[0])}"
    shape = [re.sub(r"\{\w+\}", "{}", path) for path in (endpoint.path, row["path"])]
    assert (endpoint.method, shape[0]) == (row["verb"], shape[1]), edit
    assert set(endpoint.order_fields) == {*row.get("orders", ()), *OLD_ROWS.get(key, {"orders": ()})["orders"]}, edit
    hint = hints_of(endpoint.function)["return"]
    assert (NoneType in members(hint) and hint is not NoneType) == returns_maybe(row), edit
    assert shown(hint) == row["returns"], edit


def returns_maybe(row: Mapping[str, Any]) -> bool:
    """Whether a success may come without the object that the table names."""
    return row["returns"] != "None" and (row["verb"] == "DELETE" or "empty" in row)


def shown(hint: Any) -> str:
    """A type as the table writes it."""
    (kind,) = without_null(hint) or (NoneType,)
    if kind is Secrets:
        return "dict[str, str]"
    origin = get_origin(kind)
    if origin in (list, Pages):
        return f"{origin.__name__}[{shown(item_of(kind))}]"
    return str(kind).replace("typing.", "") if origin else str(kind.__name__).replace("NoneType", "None")


@EACH_MODEL
def test_model_has_todays_attributes(name: str) -> None:
    """A field for each attribute, of its type, nullable by the rule; every field is in a table."""
    model, rows = getattr(resources, name), rows_of(TODAY["models"][name])
    edit = f"edit {str(model.__module__).replace('.', '/')}.py"
    fields = dict(flat(model))
    more = {path: (row, optional) for path, row, optional in expanded(name) if path not in rows}
    assert (rows.keys() | more.keys()) - fields.keys() == set(), edit
    more_names = more.keys() | INCLUSIONS.get(name, set()) | OLD.get(name, {}).keys()
    assert fields.keys() - rows.keys() - more_names == set(), f"{edit}; {ADD}"
    for path, (row, is_optional) in more.items():
        assert (NoneType in members(fields[path])) == is_optional, (path, edit)
        assert is_type_of(row, without_null(fields[path])), (path, edit)
        assert named_values(fields[path]) == {*(row.get("enum") or ())}, (path, edit)
    held_elsewhere = {  # an `Account` in another model is as everywhere
        path
        for path, hint in fields.items()
        if any(getattr(kind, "__name__", "") in OLD for kind in without_null(hint))
    }
    for path, row in rows.items():
        hint, kinds = fields[path], without_null(fields[path])
        if parent_of(path) not in held_elsewhere:
            assert (NoneType in members(hint)) == may_be_none(name, path, rows), (path, edit)
        assert is_type_of(row, kinds), (path, edit)
        values = {*(row.get("enum") or OLD_ENUMS.get((name, path)) or ())} - {None}
        assert named_values(hint) == values | MORE_VALUES.get((name, path), set()), (path, edit)
    optional = {field.name for field in attrs.fields(model) if field.default is None}
    loose = {field for model, field in OPTIONAL_IN_PRACTICE if model == name}
    assert optional - loose == {field for field, hint in hints_of(model).items() if NoneType in members(hint)}, edit


@EACH_ENDPOINT
def test_endpoint_takes_todays_parameters(key: tuple[str, str]) -> None:
    """A keyword, or a key of the whole body, for each parameter; required where each table requires it."""
    row, endpoint, edit = ROWS[key], DECLARED[key].endpoint, f"edit {home(key[0])}"
    rows, found = rows_of(row["parameters"]), dict(parameters_of(endpoint))
    old = OLD_ROWS.get(key, {"required": [], "optional": []})
    known = {parameter["path"] for parameter in old["required"] + old["optional"]} | MORE_PARAMETERS.get(key, set())
    required_then = {parameter["path"].partition(":")[0] for parameter in old["required"]} - EITHER.get(key, set())
    assert rows.keys() - found.keys() == set(), edit
    assert found.keys() - rows.keys() - known == set(), f"{edit}; {ADD}"
    for path, parameter in rows.items():
        hint, required = found[path]
        assert is_type_of(parameter, without_null(hint), is_parameter=True), (path, edit)
        assert (NoneType in members(hint)) == bool(parameter.get("nullable")), (path, edit)
        wanted = parameter.get("required", False) and (key not in OLD_ROWS or path in required_then)
        assert ":" in path or required == wanted, (path, edit)


def parameters_of(endpoint: Any) -> Iterator[tuple[str, tuple[Any, bool]]]:
    """The parameters of a declaration with their types, and whether they are required."""
    positional = [
        name for name, one in signature(endpoint.function).parameters.items() if one.kind is Parameter.POSITIONAL_ONLY
    ][endpoint.path.count("{") + 1 :]
    for name in positional:  # the whole body
        kind = leaf(hints_of(endpoint.function)[name])
        if is_typeddict(kind):
            for path, hint in flat(kind):
                yield path, (hint, path in kind.__required_keys__)
    for name, hint, required in keywords_of(endpoint.function):
        yield name, (hint, required)
        for path, inner in inside(hint, name):
            yield path, (inner, False)


def test_the_schema_has_its_known_faults_alone(shared: Path) -> None:
    """The declarations accept the schema's own examples, except for its nine known faults."""
    schema = json.loads((shared / "today" / "live.json").read_text())
    found: set[str] = set()
    for resource in schema["resources"]:
        fields = fields_by_path(resource)
        for row in resource["attributes"]:
            place = f"{resource['key']}/{row['path'].replace(':', '/')}"
            if row["type"] == "array" and any(
                other["path"].startswith(f"{row['path']}:") for other in resource["attributes"]
            ):
                found.add(f"{place}\tarray with properties")
            elif row["type"] == "array" and not row["items"]:
                found.add(f"{place}\tarray without items")
            elif row["path"] in fields and has_example(row):
                try:
                    decoder_for(fields[row["path"]])(json.dumps(row["example"]).encode())
                except DecodeError:
                    found.add(f"{place}\t{not_what_it_says(row)}")
        for link in resource["endpoints"]:
            for row, hint in described_parameters(link):
                try:
                    validator_for(hint)(row["example"], row["path"])
                except InvalidRequest:
                    place = f"{resource['key']} {link['method']} {link['title']} param /{row['path']}"
                    found.add(f"{place}\t{not_what_it_says(row)}")
    assert sorted(found) == (shared / "today" / "schema_faults.tsv").read_text().splitlines()[1:]


def has_example(row: Mapping[str, Any]) -> bool:
    """Whether the schema shows a value; `[{"name": null}]` is not one."""
    return "null" not in json.dumps(row.get("example"))


def not_what_it_says(row: Mapping[str, Any]) -> str:
    """A fault as the list of them writes it."""
    return f"example {row['example']!r} is no {row['type']}{'/null' * row['nullable']}"


def fields_by_path(resource: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the model for a resource of the schema."""
    paths = {row["path"] for row in resource["attributes"]}
    names = [
        name for name, rows in TODAY["models"].items() if {row["path"] for row in rows if "sdk" not in row} == paths
    ]
    fields = dict(flat(getattr(resources, names[0]))) if names else {}
    return fields | {path.replace("[]:", ":"): hint for path, hint in fields.items()}


def described_parameters(link: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], Any]]:
    """The parameters of a link of the schema that have an example, with their types here."""
    shape = (link["method"], re.sub(r"\{\w+\}", "{}", link["path"]))
    for key, function in DECLARED.items():
        endpoint = function.endpoint
        if key in ROWS and (endpoint.method, re.sub(r"\{\w+\}", "{}", endpoint.path)) == shape:
            found = dict(parameters_of(endpoint))
            for row in [*link["required"], *link["optional"]]:
                if row["path"] in found and has_example(row):
                    yield row, found[row["path"]][0]
