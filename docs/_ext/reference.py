"""The reference section, written from the declarations when Sphinx starts: nothing of it is typed twice.

What is declared (attributes, signatures, verbs, paths, orders) and said of it (docstrings) is read from the source of
`aioheroku.resources`, and becomes a page for each resource in docs/reference/resources/, which is not under version
control.
"""

import ast
import inspect
import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from aioheroku import resources
from aioheroku._client.attributes import RESOURCES

TODAY, ALWAYS = "always-there-today", "Always there today."
SHARED, BASES = "identities", "bases"
WIDEST = 100
INTRODUCTION = """# Resources

Every resource of the [Platform API reference](https://devcenter.heroku.com/articles/platform-api-reference) is an
attribute of the session. Its methods return frozen objects, whose classes you can import from `aioheroku`. Keys of a
response that a class has no attribute for are in the `extra` of the object. Some attributes may be `None` only because
responses of 2014 lacked them: [Always there today](always-there-today.md) lists them.

Any call may raise `Unauthorized`, `Forbidden`, `RateLimited`, `ServerError`, `ConnectionFailed` or `DecodeError`; with
`if_match` also `PreconditionFailed` (see [Errors](../../guides/errors.md)). The other errors that a method may raise
are listed with the method. To call an endpoint that is not listed here, use
[`heroku.request`](../../guides/raw-requests.md).

A `Ref` identifies an object in a path. It is a name or an id as a string, a `UUID`, a number (such as the version of a
release), or an object with an id (such as an `App` or `release.app`).

| attribute | description | methods |
| --- | --- | --- |
"""


def mapping_of(node: ast.stmt, below: ast.stmt | None) -> ast.ClassDef | None:
    """A mapping that is defined by a call, since its keys are not Python names, as the class that it stands for.

    What is said of the keys stands below `Keys:` in the string after it.
    """
    match node, below:
        case (
            ast.Assign(
                value=ast.Call(
                    func=ast.Name("TypedDict"), args=[ast.Constant(str(name)), ast.Dict() as keys], keywords=options
                )
            ),
            ast.Expr(value=ast.Constant(str(said))),
        ):
            text, _, rest = inspect.cleandoc(said).partition("\n\nKeys:\n")
            about = dict(line.strip().split(": ", 1) for line in rest.splitlines())
            body: list[ast.stmt] = [ast.Expr(ast.Constant(text))]
            for key, value in zip(keys.keys, keys.values, strict=True):
                target = ast.literal_eval(key) if key else ""
                body += [ast.AnnAssign(ast.Name(target), value, None, simple=1), ast.Expr(ast.Constant(about[target]))]
            return ast.ClassDef(name, [ast.Name("TypedDict")], options, body, [])
        case _:
            return None


class Source:
    """The source of one module of resources: its classes and what is said of them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.module = import_module(MODULES[name])
        self.tree = ast.parse(inspect.getsource(self.module))
        named = zip(self.tree.body, [*self.tree.body[1:], None], strict=True)
        found = (node if isinstance(node, ast.ClassDef) else mapping_of(node, below) for node, below in named)
        self.classes: dict[str, ast.ClassDef] = {node.name: node for node in found if node is not None}
        self.aliases = {
            target.id: node.value
            for node in self.tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name) and target.id not in self.classes
        }

    def kind_of(self, node: ast.ClassDef) -> str:
        """Whether a class is a `model`, `operations`, or a mapping among the `parameters`."""
        bases = [ast.unparse(base) for base in node.bases]
        return "operations" if "Resource" in bases else "parameters" if "TypedDict" in bases else "model"

    def of(self, kind: str) -> list[ast.ClassDef]:
        """The public classes of a kind, in the order of the source."""
        return [node for node in self.classes.values() if self.kind_of(node) == kind]


CLASSES = {name: getattr(resources, kind) for name, kind in RESOURCES.items()}
MODULES = {name: CLASSES[name].__module__ for name in sorted(CLASSES)} | {
    SHARED: "aioheroku.resources._refs",
    BASES: "aioheroku.resources._bases",  # they have no page: their fields are shown with those of each model
}
SOURCES = {name: Source(name) for name in MODULES}
HOMES = {cls: name for name, source in SOURCES.items() if name != BASES for cls in source.classes}
NODES = {name: node for source in SOURCES.values() for name, node in source.classes.items()}
SECRET = ("secret()", "optional_secret()")


def attributes_of(node: ast.ClassDef) -> Iterator[tuple[ast.AnnAssign, str]]:
    """The fields of a class, inherited ones first, each with the docstring below it."""
    for base in node.bases:
        if inherited := NODES.get(ast.unparse(base)):
            yield from attributes_of(inherited)
    for field, below in zip(node.body, [*node.body[1:], None], strict=True):
        if isinstance(field, ast.AnnAssign):
            said = below.value if isinstance(below, ast.Expr) else None
            text = said.value if isinstance(said, ast.Constant) and isinstance(said.value, str) else ""
            if field.value is not None and ast.unparse(field.value) in SECRET:
                text += " A secret: its repr is `***`."
            yield field, inspect.cleandoc(text).replace("|", "\\|")


def type_text(source: Source, annotation: ast.expr) -> str:
    """A type in words: the alternatives, null, and the values that the reference names."""
    if isinstance(annotation, ast.BinOp):
        parts = [type_text(source, annotation.left), type_text(source, annotation.right)]
        return " or ".join(part for part in parts if part)
    if isinstance(annotation, ast.Subscript):
        name, inner = ast.unparse(annotation.value), annotation.slice
        elements = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        if name == "Annotated":
            return type_text(source, elements[0]) + values_text(elements[1:])
        if name == "NotRequired":
            return type_text(source, inner)
        if name in ("list", "Sequence"):
            return f"list of {type_text(source, elements[0])}"
        return f"`{ast.unparse(annotation)}`".replace("|", "\\|")
    name = ast.unparse(annotation)
    if name in HOMES:
        return f"[{name}]({'' if HOMES[name] == source.name else f'{HOMES[name]}.md'}#{name.lower()})"
    home = source if name in source.aliases else SOURCES[SHARED]
    if name in home.aliases:
        return type_text(home, home.aliases[name])
    return {"None": "null", "Timestamp": "`datetime`", "Unset": ""}.get(name, f"`{name}`")


def values_text(notes: Iterable[ast.expr]) -> str:
    """The named values of `OneOf`, as an appendix to the type."""
    for note in notes:
        if isinstance(note, ast.Call) and ast.unparse(note.func) == "OneOf":
            return f" ({', '.join(f'`{ast.literal_eval(value)}`' for value in note.args)})"
    return ""


def table(source: Source, node: ast.ClassDef) -> str:
    """The attributes of a class, or the keys of a mapping."""
    is_mapping = source.kind_of(node) == "parameters"
    all_optional = any(keyword.arg == "total" for keyword in node.keywords)
    rows = (
        ["| key | type | | description |", "| --- | --- | --- | --- |"]
        if is_mapping
        else ["| attribute | type | description |", "| --- | --- | --- |"]
    )
    fields = list(attributes_of(node))
    for field, said in fields if is_mapping else sorted(fields, key=lambda field: ast.unparse(field[0].target)):
        optional = all_optional or ast.unparse(field.annotation).startswith("NotRequired[")
        needed = f" {'optional' if optional else 'required'} |" if is_mapping else ""
        rows.append(f"| `{ast.unparse(field.target)}` | {type_text(source, field.annotation)} |{needed} {said} |")
    return "\n".join(rows)


class Plain(ast.NodeTransformer):
    """Annotations without what type checkers do not need: aliases and `Annotated` become what they stand for."""

    def __init__(self, source: Source) -> None:
        self.aliases = SOURCES[SHARED].aliases | source.aliases

    def visit_Name(self, node: ast.Name) -> Any:
        """An alias of the module as its meaning."""
        return self.visit(self.aliases[node.id]) if node.id in self.aliases else node

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        """`Annotated[X, ...]` as `X`."""
        if ast.unparse(node.value) == "Annotated" and isinstance(node.slice, ast.Tuple):
            return self.visit(node.slice.elts[0])
        return self.generic_visit(node)


def signature(source: Source, attribute: str, node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """How the method is called, as Python."""

    def shown(expression: ast.expr | None) -> str:
        return ast.unparse(Plain(source).visit(ast.parse(ast.unparse(expression), mode="eval"))) if expression else ""

    given = node.args
    positional = [f"{arg.arg}: {shown(arg.annotation)}" for arg in given.posonlyargs if arg.annotation]
    keywords = [
        f"{arg.arg}: {shown(arg.annotation)}{f' = {ast.unparse(default)}' if default else ''}"
        for arg, default in zip(given.kwonlyargs, given.kw_defaults, strict=True)
    ]
    parts = [*positional, *(["/"] if positional else []), *(["*"] if keywords else []), *keywords]
    head = f"{'await ' if isinstance(node, ast.AsyncFunctionDef) else ''}heroku.{attribute}.{node.name}("
    tail = f") -> {shown(node.returns)}"
    line = f"{head}{', '.join(parts)}{tail}"
    return line if len(line) <= WIDEST else f"{head}\n" + "".join(f"    {part},\n" for part in parts) + tail


def errors_of(endpoint: Any, *, has_arguments: bool) -> list[str]:
    """What a call may raise beside what any call may, by its declaration."""
    found = ["InvalidRequest"] if has_arguments else []
    found += ["NotFound"] if "{" in endpoint.path else []
    found += ["InvalidParams"] if endpoint.method in ("POST", "PATCH", "PUT") else []
    found += ["RangeNotSatisfiable", "PagingError"] if endpoint.is_list else []
    return found


def explained(node: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[str, dict[str, str]]:
    """The docstring of a method without its parameters, and what it says of each of them."""
    text, _, rest = (ast.get_docstring(node) or "").partition("\n\nArgs:\n")
    said: dict[str, str] = {}
    for line in rest.splitlines():
        if line.startswith(" " * 8):
            said[list(said)[-1]] += f" {line.strip()}"
        else:
            name, _, about = line.strip().partition(": ")
            said[name] = about.replace("|", "\\|")
    return text, said


def target(kind: str, name: str) -> str:
    """What other projects and pages link to with intersphinx; it shows nothing."""
    return f"```{{py:{kind}}} {name}\n:module: aioheroku\n:no-typesetting:\n```"


def method(source: Source, attribute: str, owner: ast.ClassDef, node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """A method: how it is called, what it sends, what comes back, what it raises."""
    endpoint = getattr(getattr(source.module, owner.name), node.name).endpoint
    text, parameters = explained(node)
    lines = [
        f"### {node.name}",
        target("method", f"{owner.name}.{node.name}"),
        f"```python\n{signature(source, attribute, node)}\n```",
        f"`{endpoint.method} {endpoint.path}`",
        text,
    ]
    if parameters:
        rows = [f"| `{name}` | {said} |" for name, said in parameters.items()]
        lines.append("\n".join(["| parameter | description |", "| --- | --- |", *rows]))
    if endpoint.order_fields:
        lines.append(f"Orders of `range`: {', '.join(f'`{order}`' for order in endpoint.order_fields)}.")
    elif endpoint.is_list:
        first = endpoint.compiled.default_range.field
        lines.append(f"The orders of `range` are not documented; the default is `{first}`.")
    if names := errors_of(endpoint, has_arguments=bool(parameters)):
        lines.append(f"May raise {', '.join(f'`{name}`' for name in names)}.")
    return "\n\n".join(lines)


def described(source: Source, node: ast.ClassDef, level: str) -> str:
    """A class of data: what it is and its attributes."""
    return f"{level} {node.name}\n\n{target('class', node.name)}\n\n{ast.get_docstring(node)}\n\n{table(source, node)}"


def operations_of(node: ast.ClassDef) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The methods of a class, without the signatures that only type checkers read."""
    functions = [part for part in node.body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [part for part in functions if not any(ast.unparse(one) == "overload" for one in part.decorator_list)]


def title_of(source: Source) -> str:
    """The title of a resource's page, as Heroku's reference has it."""
    return (ast.get_docstring(source.tree) or "").partition(":")[0]


def page(attribute: str) -> str:
    """The page of a resource: its models, its methods and the mappings that they take."""
    source = SOURCES[attribute]
    (operations,) = source.of("operations")
    models = source.of("model")
    title = title_of(source)
    what = (ast.get_docstring(operations) or "").partition("\n\nSee ")[0]
    parts = [
        f"# {title}",
        target("class", operations.name),
        f"`heroku.{attribute}`: {what[0].lower()}{what[1:]}",
        "## Models",
    ]
    if not models:
        parts.append(borrowed(source, operations))
    parts += [
        described(source, model, "###") for model in [*models[-1:], *models[:-1]]
    ]  # the resource itself is the last
    parts.append("## Methods")
    parts += [method(source, attribute, operations, node) for node in operations_of(operations)]
    if mappings := source.of("parameters"):
        parts.append("## Mappings")
        parts += [described(source, mapping, "###") for mapping in mappings]
    return "\n\n".join(parts) + "\n"


def borrowed(source: Source, operations: ast.ClassDef) -> str:
    """What a resource without models of its own returns."""
    found = {ast.unparse(node.returns) for node in operations_of(operations) if node.returns is not None}
    names = sorted(name for name in HOMES if any(name in re.findall(r"\w+", text) for text in found))
    links = [f"[{name}]({HOMES[name]}.md#{name.lower()})" for name in names if HOMES[name] != source.name]
    return (
        f"The methods return models of other resources: {', '.join(links)}."
        if links
        else "A mapping of names to values, whose repr masks the values."
    )


def shared_page() -> str:
    """The objects that several resources have in common."""
    source = SOURCES[SHARED]
    parts = ["# Shared objects", ast.get_docstring(source.tree) or ""]
    return "\n\n".join(parts + [described(source, node, "##") for node in source.of("model")]) + "\n"


def always_there_today() -> str:
    """The attributes that are `X | None` for older responses alone."""
    rows = [
        f"| [{node.name}]({name}.md#{node.name.lower()}) | {', '.join(found)} |"
        for name, source in SOURCES.items()
        if name != BASES
        for node in source.of("model")
        if (found := [f"`{ast.unparse(field.target)}`" for field, said in attributes_of(node) if ALWAYS in said])
    ]
    head = """# Always there today

These attributes are typed `X | None`, because responses of 2014 lacked them. Today's API always sends them, so with it
they are never `None`.

| model | attributes |
| --- | --- |
"""
    return head + "\n".join(rows) + "\n"


def index(names: list[str]) -> str:
    """All resources with their methods, and the tree of pages."""
    rows: list[str] = []
    for name in names:
        source = SOURCES[name]
        title, _, what = (ast.get_docstring(source.tree) or "").partition("\n")[0].partition(": ")
        (operations,) = source.of("operations")
        methods = ", ".join(f"[{node.name}]({name}.md#{node.name})" for node in operations_of(operations))
        rows.append(f"| [`{name}`]({name}.md) | {title}: {what} | {methods} |")
    by_title = sorted(names, key=lambda name: title_of(SOURCES[name]))
    tree = "\n".join(["```{toctree}", ":hidden:", "", *by_title, SHARED, TODAY, "```"])
    return INTRODUCTION + "\n".join(rows) + f"\n\n{tree}\n"


def pages() -> dict[str, str]:
    """Every page by its name."""
    return {name: page(name) for name in CLASSES} | {
        SHARED: shared_page(),
        TODAY: always_there_today(),
        "index": index(sorted(CLASSES)),
    }


def write(folder: Path) -> None:
    """Write the pages that changed, and remove those that are no longer made."""
    folder.mkdir(exist_ok=True)
    made = pages()
    for file in folder.glob("*.md"):
        if file.stem not in made:
            file.unlink()
    for name, text in made.items():
        file = folder / f"{name}.md"
        if not file.exists() or file.read_text() != text:
            file.write_text(text)


def started(app: Any) -> None:
    """Write the pages into the folder of sources, before Sphinx looks for them."""
    write(Path(app.srcdir) / "reference" / "resources")


def setup(app: Any) -> dict[str, bool]:
    """What Sphinx calls."""
    app.connect("builder-inited", started)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
