"""The comparison of the API's own schema with the declarations: each difference is one line."""

import asyncio
import json
import re
import subprocess
import sys
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from aioheroku import Heroku, Pool, resources
from aioheroku._client.attributes import RESOURCES
from aioheroku.drift import BadSchema, compare, declared as read_declarations, described
from aioheroku.drift.__main__ import main
from aioheroku.drift._facts import normal_name
from aioheroku.drift._known import PATTERNS
from aioheroku.testing import Platform
from tests._support.fakes import Serve
from tests._support.secrets import raises
from tests._support.today import NULL_TODAY

declared = cache(read_declarations)
DATA = Path(__file__).parent.parent / "data"
SCHEMAS = DATA / "schemas"
TABLE: dict[str, Any] = json.loads((DATA / "today.json").read_text())
TODAY: list[dict[str, Any]] = TABLE["endpoints"]
OPTIONAL_TODAY = {"source_blob:version"}
"""Parameters of objects that the reference requires, and today's table does not."""


REMEDY = (
    "gone: add a row to tests/data/today.json; is never null: end the docstring with 'Always there today.'; "
    "meant: add a line to aioheroku/drift/_known.py"
)


def output(schema: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    """What the command prints for a schema; its status says whether that is anything."""
    file = tmp_path / "schema.json"
    file.write_text(json.dumps(schema))
    status, printed = main([str(file), *options]), capsys.readouterr().out
    assert status == bool(printed)
    return printed


def lines(name: str, word: str) -> list[str]:
    """The differences to a schema on disk that concern a resource."""
    schema = json.loads((SCHEMAS / f"{name}.json").read_text())
    return [line for line in compare(declared(), described(schema)) if word in line]


def node(row: dict[str, Any]) -> dict[str, Any]:
    """An attribute or parameter of the reference, as a hyper-schema has it."""
    found: dict[str, Any] = {"type": [row["type"], "null"] if row["nullable"] else [row["type"]]}
    return found | ({"format": row["format"]} if row["format"] else {})


def grown(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Rows such as `owner:email` as nested properties."""
    properties: dict[str, Any] = {}
    for row in rows:
        if "[]" in row["path"]:
            continue
        *parents, name = row["path"].split(":")
        holder: dict[str, Any] = {"properties": properties}
        for parent in parents:
            holder = holder.setdefault("properties", {}).setdefault(parent, {"type": ["object"]})
        if parents and row.get("today") is None and row["path"] not in OPTIONAL_TODAY:
            holder.setdefault("required", []).append(name)
        within = holder.setdefault("properties", {})
        within[name] = {**within.get(name, {}), **node(row)}
    return properties


def route(row: dict[str, Any]) -> str:
    """Method and path as the comparison writes them."""
    return f"{row['verb']} {re.sub(r'{.*?}', '{}', row['path'])}"


def of_today(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The parameters that an endpoint of the reference takes today besides, as far as they are declared."""
    old = {parameter["path"] for parameter in row["required"] + row["optional"]}
    calls = [call.parameters.keys() for call in declared().calls if call.route == route(row)]
    known = {name for names in calls if old <= names for name in names} - old
    found: dict[str, Any] = next(
        (one for one in TODAY if all(one[key] == row[key] for key in ("attribute", "method"))), {"parameters": []}
    )
    return [
        {"nullable": False, "format": None, "today": True} | one for one in found["parameters"] if one["path"] in known
    ]


def attributes_of_today(resource: dict[str, Any]) -> list[dict[str, Any]]:
    """The attributes that a resource of the reference has today besides, as far as they are declared."""
    old = {row["path"] for row in resource["attributes"]}
    ours = declared().models.get(normal_name(resource["name"]), {})
    known = ours.keys() - old
    return [
        {"format": None, "today": True}
        | row
        | {
            "nullable": bool(old and is_new(row["path"], old)) or may_be_none(row, rows) or of_account(model, row)
        }  # absent from old ones
        for model, rows in TABLE["models"].items()
        if normal_name(model) == normal_name(resource["name"])
        for row in rows
        if row["path"] in known
    ]


def is_new(path: str, old: set[str]) -> bool:
    """Whether an attribute is a new one of a resource, or of an object in it, that was there before."""
    parent = path.rpartition(":")[0]
    return not parent or any(f"{one}:".startswith(f"{parent}:") for one in old)


def is_null_today(resource: dict[str, Any], row: dict[str, Any]) -> bool:
    """Whether an attribute of the reference may be null today."""
    return (resource["name"], row["path"]) in NULL_TODAY


def may_be_none(row: dict[str, Any], rows: list[dict[str, Any]]) -> bool:
    """Whether an attribute of today may be null or absent, or exists in one variant of the API alone."""
    variant = {one["path"] for one in rows if "sdk" in one}  # what is below such an object comes with it
    parent = row["path"].rpartition(":")[0].removesuffix("[]")
    return bool(row.get("nullable") or row.get("absent") or ("sdk" in row and parent not in variant))


def of_account(model: str, row: dict[str, Any]) -> bool:
    """Whether it is an attribute of an account, which is a model of the reference wherever it is shown."""
    return model == "TestRun" and row["path"].startswith("user:") and ours_is_null(row["path"].removeprefix("user:"))


def ours_is_null(name: str) -> bool:
    """Whether an attribute of an account may be null in ours."""
    fact = declared().models["account"].get(name)
    return fact is not None and fact.nullable


def whole(*, today: bool = True) -> dict[str, Any]:
    """The reference as a hyper-schema, with what the declarations have of today."""
    definitions: dict[str, Any] = {}
    for resource in json.loads((DATA / "reference.json").read_text()):
        links: list[dict[str, Any]] = []
        for row in resource["endpoints"]:
            link = {"href": row["path"], "method": row["verb"], "title": row["method"]}
            optional = row["optional"] + (of_today(row) if today else [])
            if row["required"] or optional:
                needed = sorted({parameter["path"].partition(":")[0] for parameter in row["required"]})
                if today and link["title"] == "update" and link["href"] == "/account":
                    needed = []  # today no password is needed
                link["schema"] = {"properties": grown(row["required"] + optional), "required": needed}
            links.append(link)
        name = resource["name"].lower().replace(" ", "-")
        definitions[name] = {
            "links": links,
            "properties": grown(
                [row | {"nullable": row["nullable"] or is_null_today(resource, row)} for row in resource["attributes"]]
                + (attributes_of_today(resource) if today else [])
            ),
        }
    if today:
        add_endpoints_of_today(definitions)
    return {"definitions": definitions}


def add_endpoints_of_today(definitions: dict[str, Any]) -> None:
    """The endpoints of today that are declared and not in the reference, below the model that they return."""
    old = {
        route(row) for resource in json.loads((DATA / "reference.json").read_text()) for row in resource["endpoints"]
    }
    known = {call.route for call in declared().calls} - old
    for row in TODAY:
        operations = getattr(resources, RESOURCES.get(row["attribute"], ""), None)
        if route(row) not in known or not hasattr(operations, row["method"]):
            continue
        name = re.sub(r"^(?:Pages|list)\[(\w+)\]$", r"\1", row["returns"]) or row["attribute"]
        name = next((one for one in definitions if normal_name(one) == normal_name(name)), name)
        properties = grown(attributes_of_today({"name": name, "attributes": []}))
        link: dict[str, Any] = {"href": row["path"], "method": row["verb"], "title": row["method"]}
        if row["parameters"]:
            parameters = [
                {"nullable": False, "format": None, "today": True} | one
                for one in row["parameters"]
                if one["path"].count(":") < 2  # what the comparison looks at
            ]
            needed = sorted({one["path"].partition(":")[0] for one in parameters if one.get("required")})
            link["schema"] = {"properties": grown(parameters), "required": needed}
        definitions.setdefault(name, {"links": [], "properties": properties})["links"].append(link)


@cache
def beyond_the_reference() -> frozenset[str]:
    """The lines about what is declared of today and not in the reference."""
    return frozenset(compare(declared(), described(whole(today=False))))


def test_the_reference_has_no_drift(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The reference, and what is declared of today, as a schema: not a line, exit status 0."""
    assert output(whole(), tmp_path, capsys) == "", REMEDY


def schema_of_today(*, required: bool = False, announced: bool = False) -> dict[str, Any]:
    """Today's table as a hyper-schema, with nothing of the library in it.

    *required*: with its lists of `required`; *announced*: with the sessions, which the published schema lacks so far.
    """
    definitions: dict[str, Any] = {}
    for name, rows in TABLE["models"].items():
        if name == "OAuthSession" and not announced:
            continue
        kept = [row for row in rows if "sdk" not in row and not row["path"].startswith("actions:")]
        absent = {row["path"] for row in rows if "absent" in row}
        properties = grown([{"nullable": False, "format": None, "today": True} | row for row in kept])
        definitions[name] = {"links": [], "properties": properties}
        if required:
            definitions[name]["required"] = [row["path"] for row in kept if row["path"] not in absent]
    for row in TODAY:
        if row["attribute"] == "oauth_sessions" and not announced:
            continue
        name = re.sub(r"^(?:Pages|list)\[(\w+)\]$", r"\1", row["returns"])
        link: dict[str, Any] = {"href": row["path"], "method": row["verb"], "title": row["method"]}
        parameters = [one for one in row["parameters"] if "sent" not in one and one["path"].count(":") < 2]
        if parameters:
            properties = grown([{"nullable": False, "format": None, "today": True} | one for one in parameters])
            link["schema"] = {
                "properties": properties,
                "required": [one["path"] for one in parameters if "required" in one],
            }
        definitions.setdefault(name, {"links": []})["links"].append(link)
    return {"definitions": definitions}


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("required", [True, False])
def test_todays_schema_has_no_drift(
    required: bool, announced: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What today's table has: not a line, exit status 0; `--all` names what is declared besides."""
    schema = schema_of_today(required=required, announced=announced)
    assert output(schema, tmp_path, capsys) == "", REMEDY
    found = output(schema, tmp_path, capsys, "--all").splitlines()
    assert "gone endpoint GET /organizations" in found
    assert "gone attribute Account.mfa_enabled" in found
    assert "gone attribute Addon.plan:price" in found
    assert "gone parameter DELETE /apps/{}/addons/{} force" in found


def otherwise(found: Any) -> Any:
    """An equivalent schema: nullable types as an alternative to null, an id or name as both types."""
    if isinstance(found, list):
        return [otherwise(item) for item in found]
    if not isinstance(found, dict):
        return found
    inner = {name: otherwise(value) for name, value in found.items()}
    kinds = inner.get("type")
    if isinstance(kinds, list) and "null" in kinds:
        other = {**inner, "type": [kind for kind in kinds if kind != "null"]}
        return {"anyOf": [other, {"type": ["null"]}]}
    if kinds == ["string"] and "format" not in inner:
        return {"anyOf": [inner, {"type": ["string"], "format": "uuid"}]}
    return inner


def test_alternatives_are_read_through(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Objects and values that are alternatives to null, and identities that are an id or a name: no drift."""
    schema = {"definitions": otherwise(schema_of_today()["definitions"])}
    assert '"anyOf": [{"type": ["object"]' in json.dumps(schema)
    assert output(schema, tmp_path, capsys) == "", REMEDY


def test_what_is_new_in_todays_schema_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The next attribute, one that may now be null, and a parameter that is gone are lines with their names."""
    schema = schema_of_today()
    properties = schema["definitions"]["Release"]["properties"]
    properties["mood"] = {"type": ["string"]}
    properties["version"]["type"] = ["integer", "null"]
    (link,) = (one for one in schema["definitions"]["Pipeline"]["links"] if one["title"] == "create")
    del link["schema"]["properties"]["name"]
    assert output(schema, tmp_path, capsys).splitlines() == [
        "gone parameter POST /pipelines name",
        "missing attribute Release.mood",
        "changed attribute Release.version: may be null",
    ], REMEDY


def test_each_known_difference_is_one() -> None:
    """Each pattern of known differences matches a difference from today's schema: none is out of date."""
    found = list(compare(declared(), described(schema_of_today())))
    unused = [pattern for pattern in PATTERNS if not any(fnmatchcase(line, pattern) for line in found)]
    assert unused == [pattern for pattern in unused if pattern.startswith("missing resource")]


def test_endpoints_that_came_and_went() -> None:
    """What the schema alone has is missing, what the library alone has is gone."""
    found = lines("app", "endpoint")
    assert "missing endpoint POST /apps/{}/mood" in found
    assert "missing endpoint GET /crews" in found
    assert "gone endpoint GET /regions" in found
    assert "gone endpoint POST /apps/{}/domains (hostname, sni_endpoint)" in found
    assert not any(line.endswith((" GET /apps", " GET /apps/{}", " DELETE /apps/{}")) for line in found)


def test_parameters_that_came_went_and_changed() -> None:
    """Names, nested ones too, types, nullability, and whether a parameter is required."""
    found = [line for line in lines("app", "parameter") if line not in beyond_the_reference()]
    changes = [line for line in found if " /apps " in line or "/apps/{} " in line]
    assert changes == [
        "missing parameter POST /apps crew:name",
        "changed parameter POST /apps region: is required",
        "gone parameter POST /apps stack",
        "changed parameter PATCH /apps/{} maintenance: string, declared as boolean",
        "changed parameter PATCH /apps/{} name: may be null",
    ]


def test_attributes_that_came_and_changed() -> None:
    """Attributes are compared by type and nullability; a resource that is not declared is named."""
    found = [line for line in lines("app", "attribute App.") if line not in beyond_the_reference()]
    assert found == [
        "gone attribute App.buildpack_provided_description",
        "changed attribute App.git_url: may be null",
        "missing attribute App.mood",
        "changed attribute App.released_at: is never null",
        "changed attribute App.repo_size: number, declared as integer",
        "missing attribute App.stack",
    ]
    assert lines("app", "missing resource") == ["missing resource crew"]
    assert "gone resource Region" in lines("app", "gone resource")


def test_shared_routes_differ_by_parameters() -> None:
    """The two that are left are matched by what they take, whatever their order; the third is gone."""
    found = [line for line in lines("account", "PATCH /account") if line not in beyond_the_reference()]
    assert [line for line in found if "/account/" not in line] == [
        "changed parameter PATCH /account password: is optional",
        "gone endpoint PATCH /account (new_password, password)",
    ]


def test_schema_without_properties_has_no_drift() -> None:
    """Nothing is reported as gone if the schema does not describe it."""
    assert lines("account", "attribute") == []
    assert "gone resource Account" not in lines("account", "gone resource")


async def test_platform_declares_the_same_endpoints() -> None:
    """Two independent descriptions of the API differ only where the platform accepts more.

    Of today's endpoints each side may have some that the other does not have yet.
    """
    async with Platform() as platform, Heroku(platform.token, base_url=platform.url, pool=Pool()) as heroku:
        found = list(compare(declared(), described(await heroku.schema())))
    found = [line for line in found if line not in beyond_the_reference()]
    today = {f"missing endpoint {route(row)}" for row in TODAY}
    today |= {
        f"gone parameter {route(row)} {one['path']}" for row in TODAY for one in row["parameters"] if "sent" in one
    }
    found = [line for line in found if line.partition(" (")[0] not in today and "missing resource" not in line]
    sent = {
        f"gone parameter {route(row)} {one['path']}" for row in TODAY for one in row["parameters"] if one.get("sent")
    }
    beyond = {line for line in found if "gone" in line or "missing" in line} - sent
    assert beyond == set(), "gone: edit aioheroku/testing/_resources; missing: edit aioheroku/resources"
    assert {line.rpartition(":")[0] for line in found} <= {
        "changed parameter POST /apps/{}/builds source_blob:version",  # in its schema, that of the reference
        "changed parameter POST /oauth/tokens grant:code",
        "changed parameter POST /oauth/tokens refresh_token:token",
        "changed parameter PATCH /organizations/{} default",
    }


def test_drift_is_exit_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    """Every difference is a line of the output, and the status says that there are some."""
    assert main([str(SCHEMAS / "app.json")]) == 1
    out = capsys.readouterr().out
    assert out.splitlines().count("missing attribute App.mood") == 1
    assert all(line.split()[0] in ("missing", "gone", "changed") for line in out.splitlines())


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "Expecting value"),
        ("<html>", "Expecting value"),
        ("[]", "expected an object, got list"),
        ("{}", "it has no `definitions`"),
        ('{"definitions": {}}', "it has no `definitions`"),
        ('{"definitions": {"app": {"$ref": "#/definitions/app"}}}', "leads back to itself"),
        ('{"definitions": {"app": {"$ref": "#/definitions/b"}}}', "refers to nothing"),
        ('{"definitions": {"app": {"links": 5}}}', "does not have the form of a hyper-schema"),
        ('{"definitions": {"app": {"links": [{"method": "GET"}]}}}', "no href"),
        ('{"definitions": {"app": {"links": [{"href": "/a"}], "properties": {}}}}', ""),
        ('{"definitions": {"app": {"links": [{"href": "/a"}], "properties": [1]}}}', "expected an object, got list"),
    ],
)
def test_bad_input_is_exit_status_2(
    text: str, problem: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A document that is not a hyper-schema is reported on standard error, as is a resource without attributes."""
    file = tmp_path / "schema.json"
    file.write_text(text)
    status = main([str(file)])
    captured = capsys.readouterr()
    if problem:
        assert (status, captured.out) == (2, "")
        assert problem in captured.err
    else:
        assert status == 1


def test_a_missing_file_is_exit_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The error names the file."""
    assert main([str(tmp_path / "none.json")]) == 2
    assert "none.json" in capsys.readouterr().err


def test_a_schema_that_refers_to_itself_ends() -> None:
    """A resource that contains itself is followed a few levels deep."""
    app = {"links": [{"href": "/apps"}], "properties": {"app": {"$ref": "#/definitions/app"}}}
    found = described({"definitions": {"app": app}})
    assert max(path.count(":") for path in found.models["app"]) < 10


def test_list_instead_of_schema_is_rejected() -> None:
    """The library's function raises what the command reports."""
    with raises(BadSchema, match="expected an object"):
        described([])


async def test_the_session_reads_the_schema(serve: Serve) -> None:
    """`heroku.schema()` is the parsed JSON of `GET /schema`."""
    server = await serve([web.json_response(whole())])
    async with Heroku("token", base_url=server.url, pool=Pool()) as heroku:
        assert await heroku.schema() == whole()
    assert server.sent() == ["GET /schema"]


async def test_a_schema_is_fetched_from_an_address(serve: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    """An URL in place of the file; no token goes there, and an error there is exit status 2."""
    server = await serve([web.json_response(whole()), web.Response(status=404)])
    assert await asyncio.to_thread(main, [f"{server.url}/some/schema.json"]) == 0
    assert server.sent() == ["GET /some/schema.json"]
    assert "Authorization" not in server.seen[0].headers
    assert await asyncio.to_thread(main, [f"{server.url}/none.json"]) == 2
    assert "404" in capsys.readouterr().err


@pytest.mark.slow
def test_it_runs_as_a_module() -> None:
    """`python -m aioheroku.drift FILE` exits with the status."""
    command = [sys.executable, "-m", "aioheroku.drift", str(SCHEMAS / "app.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - ourselves
    assert (done.returncode, done.stderr) == (1, "")
    assert "missing attribute App.mood" in done.stdout.splitlines()
