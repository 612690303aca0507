"""The reference section of the documentation is made of the declarations, and nothing of them is left out."""

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import attrs
import pytest

from aioheroku import resources
from aioheroku._codec.hints import is_model
from aioheroku.drift._declarations import always_there

ROOT = Path(__file__).parent.parent.parent
TABLE: list[dict[str, Any]] = json.loads((ROOT / "tests" / "data" / "reference.json").read_text())
TODAY: dict[str, Any] = json.loads((ROOT / "tests" / "data" / "today.json").read_text())


@pytest.fixture(scope="module")
def generator() -> Any:
    """The extension of Sphinx that writes the pages."""
    file = ROOT / "docs" / "_ext" / "reference.py"
    spec = importlib.util.spec_from_file_location("reference", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_method_is_on_its_page(generator: Any) -> None:
    """Each has its heading, verb and path, parameters, orders and a sentence of its own."""
    pages = generator.pages()
    shown = 0
    for resource in TABLE:
        for row in resource["endpoints"]:
            text = pages[row["attribute"]].partition("## Methods")[2]
            _, found, section = text.partition(f"\n### {row['method']}\n")
            assert found, row
            section = section.partition("\n### ")[0]
            assert f"heroku.{row['attribute']}.{row['method']}(" in section
            assert f"`{row['verb']} /" in section
            for parameter in row["required"] + row["optional"]:
                assert f"{parameter['path'].partition(':')[0]}: " in section
            assert ("Orders of `range`" in section) == bool(row["orders"])
            assert all(f"`{order}`" in section for order in row["orders"])
            shown += 1
    assert shown == sum(len(resource["endpoints"]) for resource in TABLE)


def test_every_method_of_today_is_on_its_page(generator: Any) -> None:
    """Each has its heading, verb and path, and its parameters; and each attribute of a model has a row."""
    pages = generator.pages()
    for row in TODAY["endpoints"]:
        _, found, section = pages[row["attribute"]].partition("## Methods")[2].partition(f"\n### {row['method']}\n")
        section = section.partition("\n### ")[0]
        assert found, row
        assert f"heroku.{row['attribute']}.{row['method']}(" in section
        assert f"`{row['verb']} /" in section
    everything = "".join(pages.values())
    for name, rows in TODAY["models"].items():
        assert f"# {name}\n" in everything
        missing = [row["path"] for row in rows if f"| `{field_of(row['path'])}` | " not in everything]
        assert missing == [], name


def field_of(path: str) -> str:
    """What an attribute is called here."""
    return path.rpartition(":")[2].removesuffix("?").replace("-", "_")


def test_what_is_always_there_is_listed(generator: Any) -> None:
    """A page lists the attributes whose docstrings say that today's API never lacks them."""
    page = generator.pages()["always-there-today"]
    listed = {
        (line.partition("[")[2].partition("]")[0], name)
        for line in page.splitlines()
        for name in line.rpartition(") | ")[2].removesuffix(" |").replace("`", "").split(", ")
        if line.startswith("| [")
    }
    models = [value for name in dir(resources) if is_model(value := getattr(resources, name))]
    assert listed >= {(model.__name__, name) for model in models for name in always_there(model)}
    assert {("Release", "status"), ("App", "acm"), ("Domain", "kind")} <= listed
    assert ("App", "team") not in listed


def test_every_parameter_is_described(generator: Any) -> None:
    """Each parameter of each method has a line in the docstring, in the order of the signature, and in the table."""
    pages = generator.pages()
    for attribute in generator.CLASSES:
        (operations,) = generator.SOURCES[attribute].of("operations")
        for node in generator.operations_of(operations):
            declared = [given.arg for given in node.args.posonlyargs[1:] + node.args.kwonlyargs]
            text, said = generator.explained(node)
            assert list(said) == declared, f"describe each parameter of {attribute}.{node.name} below `Args:`"
            assert text.count(".")
            for name, about in said.items():
                assert len(about.split()) > 1
                assert about.endswith(".")
                assert f"| `{name}` | {about} |" in pages[attribute]


def test_every_attribute_is_described(generator: Any) -> None:
    """Each attribute stands in a table, with its type and a sentence; no row of any page lacks one."""
    pages = generator.pages()
    for resource in TABLE:
        page = pages[resource["endpoints"][0]["attribute"]]
        for attribute in resource["attributes"]:
            parent, _, name = attribute["path"].rpartition(":")
            assert f"| `{parent or name}` | " in page
            assert f"| `{name}` | " in "".join(pages.values())
    rows = [
        line for name, text in pages.items() if name != "index" for line in text.splitlines() if line.startswith("| `")
    ]
    assert [row for row in rows if len(row.rstrip("| ").rpartition(" | ")[2].split()) < 2] == []


def test_inherited_attributes_are_shown(generator: Any) -> None:
    """The table of each model has a row for each of its fields, those of its base classes included."""
    everything = "\n".join(generator.pages().values())
    models = [value for name in dir(resources) if is_model(value := getattr(resources, name))]
    for model in models:
        _, found, text = everything.partition(f"```{{py:class}} {model.__name__}\n")
        assert found, model
        shown = text.partition("\n#")[0]
        fields = [field.name for field in attrs.fields(model) if field.name != "extra"]
        assert [name for name in fields if f"| `{name}` | " not in shown] == [], model


def test_the_keys_of_a_mapping_say_if_needed(generator: Any) -> None:
    """A key that may be left out is optional, and its type is shown as what it may be."""
    page = generator.pages()["builds"]
    assert "| `version` | `str` or null | optional | " in page
    assert "NotRequired" not in "".join(generator.pages().values())


def test_no_type_breaks_its_table(generator: Any) -> None:
    """Each row of a table has as many cells as its head: an alternative in a type is not the end of a cell."""
    for name, text in generator.pages().items():
        width = 0
        for line in text.splitlines():
            cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("| ") else 0
            assert cells == width or not cells or not width, f"{name}: {line}"
            width = cells


def test_the_index_leads_to_every_page(generator: Any) -> None:
    """The resources and the objects that they share, in the table and in the tree."""
    pages = generator.pages()
    assert set(pages) >= {row["attribute"] for resource in TABLE for row in resource["endpoints"]}
    tree = pages["index"].partition("{toctree}")[2].split()
    assert set(pages) - {"index"} <= set(tree)
    assert all(f"({name}.md)" in pages["index"] for name in pages if name not in ("index", "identities"))


def test_the_pages_are_written_once(generator: Any, tmp_path: Path) -> None:
    """Pages that did not change are left alone, those of a resource that is gone are removed."""
    generator.write(tmp_path)
    before = {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    (tmp_path / "gone.md").write_text("# Gone\n")
    generator.write(tmp_path)
    assert {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()} == before
