"""Makes today.json: what the Platform API of today has beyond the reference of 2014, as far as its schema tells.

    python tests/data/derive_today.py FOLDER

FOLDER holds `endpoints.tsv` (the endpoints with the names that the library gives them), `live.json` (the facts of the
published schema, github.com/heroku/platform-api `schema.json`) and `live_sdk_attributes.json` (what the variant
`3.sdk` adds). Facts only: names, verbs, paths, types,
nullability and enums; no sentence of anybody's documentation. A new endpoint, parameter or attribute is first in this
table; then the conformance test lets the declarations have it.
"""

import csv
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FACTS = ("path", "type", "format", "nullable", "enum")
STRING, BOOLEAN, OBJECT = "string", "boolean", "object"
BESIDES: dict[str, dict[str, str]] = {
    "addons.delete": {"force": BOOLEAN},
    "apps.create": {
        "feature_flags": "array",
        "internal_routing": BOOLEAN,
        "kernel": STRING,
        "locked": BOOLEAN,
        "space": STRING,
        "team": STRING,
    },
    "audit_trail_events.list": dict.fromkeys(("order", "actor", "action", "type", "day"), STRING),
    "formation.update": {"docker_image": STRING},
    "log_sessions.create": {"dyno": STRING},
    "pipelines.create": {"generation": OBJECT, "generation:name": STRING},
    "spaces.create": {
        "channel_name": STRING,
        "eks_version": STRING,
        "features": "array",
        "kpi_url": STRING,
        "supported_features": "array",
    },
    "team_apps.create": {"feature_flags": "array", "kernel": STRING},
}
"""Parameters that Heroku's own clients send and its documentation's prose names, but no schema."""
ABSENT = {
    "Addon": ("provision_message",),
    "Build": ("app", "buildpacks", "generation", "output_stream_url", "release", "slug", "stack"),
    "Collaborator": ("permissions", "role"),
    "TeamMember": ("id", "identity_provider", "role", "two_factor_authentication", "user"),
}
"""Attributes that a response may leave out: those that the schema's few lists of `required` do not have."""


def place(verb: str, path: str) -> tuple[str, str]:
    """What an endpoint is, whatever its path parameters are called."""
    return verb, re.sub(r"\{.*?\}", "{}", path)


def described(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Attributes or parameters with their facts; one that is left out is false or null."""
    return [{fact: row[fact] for fact in FACTS if row[fact]} for row in rows]


Links = dict[tuple[str, str], list[dict[str, Any]]]


def link_of(call: dict[str, str], links: Links) -> dict[str, Any]:
    """The link of an endpoint: of those that share verb and path the one with its parameters."""
    known = set(f"{call['required']},{call['optional']}".split(",")) - {""}

    def differs(link: dict[str, Any]) -> int:
        return len(
            known ^ {row["path"].partition(":")[0] for row in (*link.get("required", ()), *link.get("optional", ()))}
        )

    return min(links.get(place(call["verb"], call["path"]), [{}]), key=differs)


def endpoints(calls: list[dict[str, str]], links: Links) -> Iterator[dict[str, Any]]:
    """Each endpoint under the name that the library gives it, with its parameters."""
    for call in calls:
        link = link_of(call, links)
        besides = BESIDES.get(f"{call['attribute']}.{call['method']}", {})
        yield {
            "attribute": call["attribute"],
            "method": call["method"],
            "verb": call["verb"],
            "path": call["path"],
            "returns": call["returns"],
            **({"orders": call["orders"].split(",")} if call["orders"] else {}),
            "parameters": [
                *({**row, "required": True} for row in described(link.get("required", ()))),
                *described(link.get("optional", ())),
                *({"path": path, "type": kind, "besides": True} for path, kind in besides.items()),
            ],
        }


def models(
    calls: list[dict[str, str]], links: Links, resources: list[dict[str, Any]], variants: dict[str, dict[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    """The attributes of each model: the class that an endpoint returns is that of the resource in its response."""
    attributes = {resource["key"]: resource["attributes"] for resource in resources}
    found: dict[str, list[dict[str, Any]]] = {}
    for call in calls:
        key = link_of(call, links).get("response", {}).get("resource")
        name = re.sub(r"^(?:Pages|list)\[(\w+)\]$", r"\1", call["returns"])
        if key in attributes and name.isidentifier() and name != "None":
            found[name] = described(attributes[key]) + in_variant(variants.get(key, {}))
            for row in found[name]:
                if row["path"] in ABSENT.get(name, ()):
                    row["absent"] = True
    return found


def in_variant(changes: dict[str, Any]) -> list[dict[str, Any]]:
    """The attributes that a resource has with `Accept: application/vnd.heroku+json; version=3.sdk` alone."""
    rows = [{**row, "path": row["path"].replace("/", ":"), "type": row["type"][0]} for row in changes.get("added", ())]
    return [{**row, "variant": "3.sdk"} for row in described(rows)]


def main(folder: Path) -> None:
    """Read the sources and write the table beside this script, a line for each endpoint and model."""
    with (folder / "endpoints.tsv").open() as table:
        calls = list(csv.DictReader(table, delimiter="\t"))
    live = json.loads((folder / "live.json").read_text())
    variants = json.loads((folder / "live_sdk_attributes.json").read_text())["resources"]
    links: Links = {}
    for resource in [*live["resources"], *live["later"]]:
        for link in resource["endpoints"]:
            links.setdefault(place(link["method"], link["path"]), []).append(link)
    rows = [json.dumps(row) for row in endpoints(calls, links)]
    kept = [
        f"{json.dumps(name)}: {json.dumps(facts)}"
        for name, facts in models(calls, links, live["resources"], variants).items()
    ]
    text = '{"endpoints": [\n' + ",\n".join(rows) + '\n],\n"models": {\n' + ",\n".join(kept) + "\n}}\n"
    (HERE / "today.json").write_text(text)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
