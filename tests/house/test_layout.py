"""Where files lie and what they are called: folders, class names, and the names that docs say."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

from tests.house.tree import ROOT, SOURCE, at, files, tree

MOST_FILES = 25
SOURCES = ("src/canut", "frontend/src", "bench", "packages", "tools")
LAYERS = ("core", "store", "actions", "web")
NO_NAMES = frozenset(
    [
        "found",
        "told",
        "said",
        "given",
        "held",
        "kept",
        "made",
        "shown",
        "asked",
        "seen",
        "known",
        "wanted",
        "taken",
        "brought",
        "put",
        "written",
        "drawn",
        "begun",
        "lent",
        "gone",
        "one",
        "rest",
        "thing",
        "way",
        "hand",
        "turn",
        "room",
        "mine",
        "ours",
        "such",
    ]
)
"""Words that name nothing: a value is a noun that says what it holds."""
LONG_LINES = 15
DECLARED = re.compile(
    r"\b(?:const|let) (\w+|\{[^}]*\}|\[[^=]*?\](?= =| of))"
    r"|\(([^()]*)\)(?:: [^=]+)? =>"
    r"|\w\(([^()]*)\)(?:: [^{]+)? \{$"
)
"""In TypeScript: a variable, the parameters of an arrow function, or those of another function."""
FIELDS = re.compile(r"(?<!: )\{([^{}]*)\}")
"""Taken out of an object by name: `{ id, value: answer }`."""
NAMES = re.compile(r"(?:^|, ?|\[)(?:\.{3})?(\w+)")
DOTTED = re.compile(r"(?<![\w./-])canut(?:\.[a-z]\w*)+")
PATH = re.compile(
    r"(?<![\w./-])(?:(?:src/)?canut/)?((?:core|store|actions|web)/(?:[a-z_]\w*/)+[a-z_]\w*\.py)\b"
)


def test_no_folder_of_source_holds_more_than_25_files() -> None:
    counts: dict[tuple[Path, str], int] = defaultdict(int)
    sources = [file for place in SOURCES for file in files(under=place)]
    for file in sources:
        if file.suffix in {".py", ".ts", ".html"} and "migrations" not in file.parts:
            counts[file.parent, file.suffix] += 1
    assert len(counts) > 50

    full = {str(folder.relative_to(ROOT)): n for (folder, _), n in counts.items() if n > MOST_FILES}

    assert not full, "split by subject"


def test_class_name_is_used_once_in_a_layer() -> None:
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for layer in LAYERS:
        for file in files(".py", under=f"src/canut/{layer}"):
            if "migrations" in file.parts:
                continue
            for node in tree(file).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    places[layer, node.name].append(at(file, node.lineno))
    assert len(places) > 500

    repeated = {name: where for name, where in places.items() if len(where) > 1}

    assert not repeated, "name each by what it holds"


@pytest.mark.parametrize(("folder", "least"), [("src", 1000), ("bench", 40), ("tools", 40)])
def test_long_functions_bind_names_that_say_what_they_hold(folder: str, least: int) -> None:
    functions = [
        (at(file, node.lineno), node)
        for file in files(".py", under=folder)
        if "migrations" not in file.parts
        for node in ast.walk(tree(file))
        if isinstance(node, ast.FunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= LONG_LINES
    ]
    assert len(functions) > least

    unnamed = [f"{where} {sorted(words)}" for where, node in functions if (words := _bound(node))]

    assert len(unnamed) < 0.02 * len(functions), unnamed


def test_scripts_bind_names_that_say_what_they_hold() -> None:
    """``protocol`` is generated. ``proofs`` is excepted until its names are renamed as well."""
    scripts = [
        file
        for file in files(".ts", under="frontend/src")
        if not {"proofs", "protocol"} & set(file.parts)
    ]
    assert len(scripts) > 100

    unnamed = [
        f"{at(file, number)} {sorted(words)}"
        for file in scripts
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if (words := _bound_in_script(line) & NO_NAMES)
    ]

    assert len({name.split(":")[0] for name in unnamed}) < 0.02 * len(scripts), unnamed


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("  const lease = leases[0];", {"lease"}),
        ("  for (const { id, held: order = [], ...others } of all) {", {"id", "order", "others"}),
        ("  let [first, [second]] = pairs;", {"first", "second"}),
        ("  spans.map((span, at: number) => span.key)", {"span", "at"}),
        ("  async send(url: string, draft: Sent): Promise<void> {", {"url", "draft"}),
        ("const top = 1;", set()),
        ("  this.held = one;", set()),
    ],
)
def test_names_that_a_line_of_script_binds_are_read(line: str, names: set[str]) -> None:
    assert _bound_in_script(line) == names


def _bound(function: ast.FunctionDef) -> set[str]:
    """Return the words that name nothing among the names a function binds."""
    bound = {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    bound |= {
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return bound & NO_NAMES


def _bound_in_script(line: str) -> set[str]:
    """Return the names that an indented line of TypeScript declares, its parameters with them."""
    names = set[str]()
    for groups in DECLARED.findall(line) if line[:1].isspace() else ():
        target = "".join(groups)
        for fields in FIELDS.findall(target):
            names |= {field.split(":")[-1].split("=")[0].strip(" .") for field in fields.split(",")}
        names |= set(NAMES.findall(FIELDS.sub("", target)))
    return names - {""}


def test_modules_that_texts_name_exist() -> None:
    texts = [
        *files(".md", under="docs"),
        *files(".py", under="src"),
        *files(".py", under="tests"),
        *files(".py", under="tools"),
        *ROOT.glob("*.md"),
    ]
    texts = [file for file in texts if "migrations" not in file.parts and file != Path(__file__)]

    lost = [
        f"{at(file, number)} {name}"
        for file in texts
        for number, line in enumerate(file.read_text().splitlines(), 1)
        for name in _lost(line)
    ]

    assert not lost


def _lost(line: str) -> list[str]:
    dotted = [name for name in DOTTED.findall(line) if not _is_dotted(name)]
    paths = [path for path in PATH.findall(line) if not (SOURCE / path).is_file()]
    return [*dotted, *paths]


def _is_dotted(name: str) -> bool:
    """Return whether a dotted name begins with a module, or with no layer at all."""
    _, layer, *rest = name.split(".")
    if layer not in LAYERS or not rest:
        return True
    folder = SOURCE / layer
    for part in rest:
        if (folder / f"{part}.py").is_file():
            return True
        if not (folder / part).is_dir():
            return (
                folder != SOURCE / layer
                and (folder / "__init__.py").is_file()
                and part in (folder / "__init__.py").read_text()
            )
        folder /= part
    return True
