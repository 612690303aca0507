"""The description of an API according to its JSON hyper-schema."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast
from urllib.parse import unquote

import attrs

from aioheroku.drift._facts import Call, Description, Fact, normal_name

_DEEPEST: Final = 4
"""Levels of nested objects that are compared; a schema may refer to itself."""


class BadSchema(ValueError):
    """What was given is not a JSON hyper-schema."""


Node = Mapping[str, Any]


def _mapping(value: Any) -> Node:
    if not isinstance(value, dict):
        raise BadSchema(f"expected an object, got {type(value).__name__}.")
    return cast("Node", value)


@attrs.frozen
class _Schema:
    """A JSON hyper-schema whose references are followed."""

    document: Node

    def described(self) -> Description:
        definitions = _mapping(self.document.get("definitions") or {})
        if not definitions:
            raise BadSchema("it has no `definitions`: give a JSON hyper-schema, such as that of GET /schema.")
        calls: list[Call] = []
        models: dict[str, Mapping[str, Fact]] = {}
        names: dict[str, str] = {}
        for name, found in definitions.items():
            definition = self.resolved(found)
            calls.extend(self.call(_mapping(link)) for link in definition.get("links") or ())
            if definition.get("links"):
                names[normal_name(name)] = name
                if "properties" in definition:
                    models[normal_name(name)] = dict(self.attributes(definition))
        return Description(calls, models, names)

    def call(self, link: Node) -> Call:
        if "href" not in link:
            raise BadSchema("one of its links has no href.")
        verb, path = str(link.get("method", "GET")).upper(), str(link["href"]).partition("{?")[0]
        return Call(verb, path, dict(self.parameters(self.resolved(link.get("schema") or {}))))

    def parameters(self, node: Node) -> Iterator[tuple[str, Fact]]:
        required = node.get("required") or ()
        for name, found in _mapping(node.get("properties") or {}).items():
            inner = self.resolved(found)
            parts = self.parts(inner)
            if not parts:
                yield name, self.fact(inner, required=name in required)
                continue
            needed = inner.get("required") if "properties" in inner else None
            for key, part in parts.items():
                must = None if needed is None else name in required and key in needed
                yield f"{name}:{key}", self.fact(self.resolved(part), required=must)

    def attributes(self, node: Node, prefix: str = "") -> Iterator[tuple[str, Fact]]:
        properties = self.parts(node)
        required = (not prefix and node.get("required")) or properties
        for name, found in properties.items():
            inner = self.resolved(found)
            fact = self.fact(inner)
            if name not in required:  # what may be absent reads as null
                fact = attrs.evolve(fact, nullable=True)
            is_object = bool(self.parts(inner)) and "array" not in fact.kinds
            nested = is_object and prefix.count(":") < _DEEPEST
            if not nested or fact.nullable:
                yield f"{prefix}{name}", fact
            if nested:
                yield from self.attributes(inner, f"{prefix}{name}:")

    def parts(self, node: Node) -> Node:
        """The members of an object, also of one that is an alternative to null."""
        found = dict(_mapping(node.get("properties") or {}))
        for alternative in self.alternatives(node):
            found = {**_mapping(alternative.get("properties") or {}), **found}
        return found

    def alternatives(self, node: Node) -> Iterator[Node]:
        return map(self.resolved, (*(node.get("anyOf") or ()), *(node.get("oneOf") or ())))

    def fact(self, node: Node, *, required: bool | None = True) -> Fact:
        words = set(self.words(node))
        kinds = words - {"null"}
        plain = {kind.partition(" ")[0] for kind in kinds} & kinds
        kinds = {kind for kind in kinds if kind in plain or kind.partition(" ")[0] not in plain}
        return Fact(frozenset(kinds), "null" in words, required)

    def words(self, node: Node) -> Iterator[str]:
        types = node.get("type") or ()
        for kind in [types] if isinstance(types, str) else types:
            known = kind == "string" and node.get("format") in ("uuid", "date-time")
            yield f"{kind} {node['format']}" if known else kind
        for alternative in self.alternatives(node):
            yield from self.words(alternative)

    def resolved(self, node: Any) -> Node:
        """The node, or the node that it refers to."""
        for _ in range(_DEEPEST * 2):
            found = _mapping(node)
            reference = found.get("$ref")
            if not isinstance(reference, str):
                return found
            node = self.target(reference)
        raise BadSchema("a reference leads back to itself.")

    def target(self, reference: str) -> Any:
        home, _, pointer = reference.partition("#")
        steps = [unquote(step).replace("~1", "/").replace("~0", "~") for step in pointer.split("/") if step]
        if home:  # "/schemata/app#/definitions/id", as in the source files of Heroku's schema
            steps = ["definitions", home.rpartition("/")[2], *steps]
        found: Any = self.document
        for step in steps:
            try:
                found = found[step]
            except (KeyError, TypeError):
                raise BadSchema(f"{reference!r} refers to nothing.") from None
        return found


def described(schema: Any) -> Description:
    """The description of an API, from its JSON hyper-schema.

    Raises:
        BadSchema: the document is not a JSON hyper-schema.
    """
    try:
        return _Schema(_mapping(schema)).described()
    except (TypeError, AttributeError, RecursionError) as error:
        raise BadSchema(f"it does not have the form of a hyper-schema: {error}.") from None
