"""Makes reference.json: the facts of the Platform API reference that the conformance test holds the library to.

    python tests/data/derive.py ../shared/reference

Facts only: names, types, nullability, enums, parameters, examples, statuses and orders; no sentence of the reference.
What the reference says in prose alone (some enums) comes from its list of anomalies.
"""

import ast
import csv
import json
import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FACTS = ("path", "type", "format", "nullable", "enum", "example")
PROSE_ENUM = re.compile(r"([\w -]+)\.([\w:]+): enum only in prose: (\[.*\])")


def described(rows: list[dict[str, Any]], enums: dict[str, list[str]]) -> list[dict[str, Any]]:
    """Attributes or parameters, each with its facts."""
    facts = [{fact: row[fact] for fact in FACTS} for row in rows]
    for row in facts:
        row["enum"] = row["enum"] or enums.get(row["path"])
    return facts


def derived(reference: dict[str, Any], calls: list[dict[str, str]]) -> list[dict[str, Any]]:
    """The resources with their attributes and endpoints, the latter under the names that the library gives them."""
    prose: dict[str, dict[str, list[str]]] = {}
    for anomaly in reference["anomalies"]:
        if match := PROSE_ENUM.fullmatch(anomaly):
            prose.setdefault(match[1], {})[match[2]] = ast.literal_eval(match[3])
    rows = iter(calls)
    resources: list[dict[str, Any]] = []
    for resource in reference["resources"]:
        enums = prose.get(resource["name"], {})
        endpoints: list[dict[str, Any]] = []
        for endpoint in resource["endpoints"]:
            call = next(rows)
            if (call["verb"], call["path"]) != (endpoint["method"], endpoint["path"]):
                raise SystemExit(f"{endpoint['title']} is not {call}")
            endpoints.append(
                {
                    "attribute": call["attribute"],
                    "method": call["method"],
                    "returns": call["returns"],
                    "verb": endpoint["method"],
                    "path": endpoint["path"],
                    "required": described(endpoint["required"], enums),
                    "optional": described(endpoint["optional"], enums),
                    "orders": endpoint["order_fields"] or [],
                    "body": endpoint["curl"]["body"],
                    "status": endpoint["response"]["status"],
                    "answer": endpoint["response"]["body"],
                }
            )
        attributes = described(resource["attributes"], enums)
        resources.append({"name": resource["name"], "attributes": attributes, "endpoints": endpoints})
    return resources


def main(folder: Path) -> None:
    """Read the reference and write the table beside this script."""
    with (folder / "endpoints.tsv").open() as table:
        calls = list(csv.DictReader(table, delimiter="\t"))
    resources = derived(json.loads((folder / "reference.json").read_text()), calls)
    (HERE / "reference.json").write_text(json.dumps(resources, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
