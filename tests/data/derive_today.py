"""Makes today.json: what the Platform API of today has beyond the reference of 2014, as far as its schema tells.

    python tests/data/derive_today.py FOLDER

FOLDER holds `endpoints.tsv` (the endpoints with the names that the library gives them), `live.json` (the facts of
the published schema, github.com/heroku/platform-api `schema.json`) and `live_sdk_attributes.json` (what the
variant `3.sdk` has besides, marked `sdk`). What clients send and no schema names is in `SENT` below, marked
`sent`. Facts only: names, verbs, paths, types, nullability and enums; no sentence of anybody's documentation. A new
endpoint, parameter or attribute is first in this table; then the conformance test lets the declarations have it.
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
LATER = {"oauth_sessions": "oauth-session"}
"""Resources that came after the schema, whose links do not name what they return."""
SENT: dict[str, dict[str, str]] = {
    "DELETE /account": {"password": "string!"},
    "DELETE /apps/{}/addons/{}": {"force": "boolean"},
    "DELETE /users/{}": {"password": "string!"},
    "GET /enterprise-accounts/{}/events": dict.fromkeys(("order", "actor", "action", "type", "day"), "string"),
    "PATCH /account": {"eco_dynos_enabled": "boolean", "pipeline_cost_consent": "boolean"},
    "PATCH /apps/{}/formation": {"updates[]:docker_image": "string"},
    "PATCH /apps/{}/formation/{}": {"docker_image": "string"},
    "PATCH /users/{}": {"eco_dynos_enabled": "boolean", "pipeline_cost_consent": "boolean"},
    "POST /apps": {
        "internal_routing": "boolean",
        "kernel": "string",
        "locked": "boolean",
        "space": "string",
        "team": "string",
    },
    "POST /apps/{}/log-sessions": {"dyno": "string"},
    "POST /pipelines": {"generation": "object", "generation:name": "string"},
    "POST /spaces": {
        "channel_name": "string",
        "eks_version": "string",
        "features": "array",
        "kpi_url": "string",
        "supported_features": "array",
    },
    "POST /teams/apps": {"feature_flags": "array", "kernel": "string"},
}
"""What real clients send and the schema of version 3 does not name; `!` where it is required."""
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
    return [{fact: row[fact] for fact in FACTS if row.get(fact)} for row in rows]


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
        sent = SENT.get(" ".join(place(call["verb"], call["path"])), {})
        yield {
            "attribute": call["attribute"],
            "method": call["method"],
            "verb": call["verb"],
            "path": call["path"],
            "returns": call["returns"],
            **({"orders": call["orders"].split(",")} if call["orders"] else {}),
            **({"empty": True} if link.get("rel") == "empty" and call["returns"] != "None" else {}),
            "parameters": [
                *(
                    {**fact, "required": True} if row.get("required") else fact
                    for row, fact in zip(link.get("required", ()), described(link.get("required", ())), strict=True)
                ),
                *described(link.get("optional", ())),
                *(
                    {
                        "path": path,
                        "type": kind.rstrip("!"),
                        "sent": True,
                        **({"required": True} if "!" in kind else {}),
                    }
                    for path, kind in sent.items()
                ),
            ],
        }


def models(
    calls: list[dict[str, str]], links: Links, resources: list[dict[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    """The attributes of each model: the class that an endpoint returns is that of the resource in its response."""
    attributes = {
        resource["key"]: [*described(resource["attributes"]), *resource["of_variant"]] for resource in resources
    }
    found: dict[str, list[dict[str, Any]]] = {}
    for call in calls:
        key = link_of(call, links).get("response", {}).get("resource") or LATER.get(call["attribute"])
        name = re.sub(r"^(?:Pages|list)\[(\w+)\]$", r"\1", call["returns"])
        if key in attributes and name.isidentifier() and name != "None":
            absent = ABSENT.get(name, ())
            found[name] = [row | ({"absent": True} if row["path"] in absent else {}) for row in attributes[key]]
    return found


def of_variant(added: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The attributes that the variant `3.sdk` has besides, written as the others are."""
    for row in added:
        (kind,) = row["type"]
        yield from (
            {**one, "sdk": True} for one in described([{**row, "path": row["path"].replace("/", ":"), "type": kind}])
        )


def main(folder: Path) -> None:
    """Read the sources and write the table beside this script, a line for each endpoint and model."""
    with (folder / "endpoints.tsv").open() as table:
        calls = list(csv.DictReader(table, delimiter="\t"))
    live = json.loads((folder / "live.json").read_text())
    variant = json.loads((folder / "live_sdk_attributes.json").read_text())["resources"]
    for resource in [*live["resources"], *live["later"]]:
        resource["of_variant"] = list(of_variant(variant.get(resource["key"], {"added": []})["added"]))
    links: Links = {}
    for resource in [*live["resources"], *live["later"]]:
        for link in resource["endpoints"]:
            links.setdefault(place(link["method"], link["path"]), []).append(link)
    rows = [json.dumps(row) for row in endpoints(calls, links)]
    kept = [
        f"{json.dumps(name)}: {json.dumps(facts)}"
        for name, facts in models(calls, links, [*live["resources"], *live["later"]]).items()
    ]
    text = '{"endpoints": [\n' + ",\n".join(rows) + '\n],\n"models": {\n' + ",\n".join(kept) + "\n}}\n"
    (HERE / "today.json").write_text(text)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
