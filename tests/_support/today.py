"""Rows of the simulated platform against the attributes that today's schema names, in both directions."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

TABLE: dict[str, Any] = json.loads((Path(__file__).parent.parent / "data" / "today.json").read_text())
MODELS: dict[str, list[dict[str, Any]]] = TABLE["models"]

NULL_TODAY = {("Account", "last_login"), ("App", "web_url")}
"""Attributes that the reference promises, and that are null at times today."""

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
DATE = re.compile(r"\d{4}-\d\d-\d\d")

KINDS: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: type(value) is str,
    "integer": lambda value: type(value) is int,
    "number": lambda value: type(value) in {int, float},
    "boolean": lambda value: type(value) is bool,
    "array": lambda value: type(value) is list,
    "object": lambda value: type(value) is dict,
    "uuid": lambda value: UUID.fullmatch(value) is not None,
    "date-time": lambda value: TIME.fullmatch(value) is not None,
    "date": lambda value: DATE.fullmatch(value) is not None,
    "email": lambda value: "@" in value,
    "uri": lambda value: "://" in value or "." in value,
}


def is_of(value: Any, fact: dict[str, Any]) -> bool:
    """Whether a JSON value is what the schema says of an attribute."""
    if value is None:
        return bool(fact.get("nullable"))
    if fact.get("enum") and value not in fact["enum"]:
        return False
    return KINDS[fact["type"]](value) and KINDS.get(fact.get("format", ""), lambda _: True)(value)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each value of a row under its path, such as `owner:id` and `users[]:email`, parents first."""
    if path:
        yield path, value
    if isinstance(value, dict):
        for name, inner in cast("dict[str, Any]", value).items():
            yield from leaves(inner, f"{path}:{name}" if path else name)
    elif isinstance(value, list):
        items: list[Any] = value
        for item in items:
            if isinstance(item, dict):
                for name, inner in cast("dict[str, Any]", item).items():
                    yield from leaves(inner, f"{path}[]:{name}")


def check_row(model: str, row: dict[str, Any], *besides: str) -> None:
    """A row has every attribute of its model, of its type, and no other but *besides*.

    What is below a null is not there, and the keys of a map without declared members are anybody's.
    """
    facts = {fact["path"]: fact for fact in MODELS[model] if not fact.get("sdk")}
    found = dict[str, list[Any]]()
    for path, value in leaves(row):
        found.setdefault(path, []).append(value)
    for path, fact in facts.items():
        parent = path.rpartition(":")[0].removesuffix("[]")
        if parent and not any(found.get(parent, [])):
            continue
        assert path in found, f"{model}.{path} is missing: {row}"
        for value in found[path]:
            assert is_of(value, fact), (model, path, value)
    free = {path for path in facts if not any(other.startswith((f"{path}:", f"{path}[]:")) for other in facts)}
    extra = {
        path
        for path in found
        if path not in facts and not any(path.startswith((f"{one}:", f"{one}[]")) for one in free)
    }
    assert extra <= set(besides), (model, extra)
