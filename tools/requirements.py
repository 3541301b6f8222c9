"""Check the tables of requirements, and try each row: without its code, its test must fail.

There are two: what a fair platform can be held to, and what the founding article asks of Canut.

``tools/requirements.py`` prints what is wrong; ``--try [R1 …]`` works in a copy of the repository,
row by row: the named test must pass as things are, and fail without the code that the row selects.

A row selects code by a selector, which must match exactly once. Files are under ``src/canut``::

    pay/floors.py::floors_known [assign floor_of]         FILE::SCOPE [SHAPE SYMBOL …]
    web/templates/work.html: "<html lang="fr">"           FILE: "TEXT", for what is not Python

SCOPE is a function (``function``, ``Class.method``, ``outer.inner``), the body of a class
(``Class``) or of the module (``<module>``), without the functions and classes within it. A SYMBOL
is a name, an attribute (``State.OPEN`` is ``OPEN``), the name of a keyword argument or a whole
string, such as the code of a refusal; the code must hold all of them. SHAPE is one of:

- ``assign``: an assignment, also annotated or augmented;
- ``call``: a call whose result is not used;
- ``return``, ``raise``, ``yield``: the statement;
- ``if``: an ``if`` or ``elif`` whose condition holds the symbols; the condition becomes ``False``;
- ``class``: the class of that name;
- ``keyword``: a keyword argument;
- ``entry``: an entry of a dictionary whose key holds the symbols;
- ``element``: an element of a tuple, list or set.

A statement is removed whole: ``pass`` stands in for it. A keyword argument, entry or element is cut
out of its call or literal; where one that matches holds another, the outermost is meant.
"""

import ast
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
SOURCE = "src/canut"
NUMBERS = tuple(f"R{number}" for number in range(1, 46))
SEEDS = tuple(f"A{number}" for number in range(1, 39))
INTERACTION = tuple(f"S12.{number}" for number in range(1, 8))
"""Rows of the article's occupation of human–machine interaction, which its tools answer."""
MAINTENANCE = tuple(f"S13.{number}" for number in range(1, 7))
"""Rows of the article's occupation of maintenance, which its tools answer."""
NOT_YET = "not yet"
_CODE = re.compile(r"`([^`]+)`")
_DEF = re.compile(r"\bdef (\w+)\(")
_SELECTOR = re.compile(r"(?P<file>\S+\.py)::(?P<scope>\S+) \[(?P<shape>[a-z]+) (?P<symbols>\S.*)\]")
_QUOTE = re.compile(r'(?P<file>\S+): "(?P<text>.+)"')
_STATEMENTS: dict[str, tuple[type[ast.stmt], ...]] = {
    "assign": (ast.Assign, ast.AnnAssign, ast.AugAssign),
    "call": (ast.Expr,),
    "return": (ast.Return,),
    "raise": (ast.Raise,),
    "yield": (ast.Expr,),
    "if": (ast.If,),
    "class": (ast.ClassDef,),
}
_PARTS: dict[str, tuple[tuple[type[ast.AST], ...], str]] = {
    "keyword": ((ast.Call,), "keywords"),
    "entry": ((ast.Dict,), "keys"),
    "element": ((ast.Tuple, ast.List, ast.Set), "elts"),
}
_SHAPES = (*_STATEMENTS, *_PARTS)


class Table(NamedTuple):
    """One table: its page, its rows, how many may wait, and which may not."""

    page: Path
    numbers: tuple[str, ...]
    may_wait: int
    never_wait: frozenset[str]


LABOUR = Table(
    ROOT / "docs/en/developers/labour-requirements.md",
    NUMBERS,
    5,
    frozenset(
        f"R{number}"
        for number in (
            *range(1, 10), 13, 14, 16, *range(18, 25), 27, 28, 29, 34, 35, *range(38, 43),
        )
    ),
)  # fmt: skip
ARTICLE = Table(
    ROOT / "docs/en/developers/article-requirements.md",
    (*SEEDS, *INTERACTION, *MAINTENANCE),
    8,
    frozenset(
        f"A{number}"
        for number in (3, 4, 5, 6, 7, 8, 9, 10, 14, 15, 16, 17, 18, 20, *range(22, 29), 30, 36, 37)
    ),
)
TABLES = (LABOUR, ARTICLE)


class Row(NamedTuple):
    """One requirement, and what shows that it is met.

    ``selector`` matches code exactly once; without that code ``test`` fails.
    """

    number: str
    text: str
    where: str
    test: str
    selector: str

    @property
    def waits(self) -> bool:
        """Whether it is not met yet."""
        return self.where.startswith(NOT_YET)


def rows(table: Table = LABOUR) -> list[Row]:
    """Read a table; a bar within a cell has a backslash before it."""
    table_rows: list[Row] = []
    for text in table.page.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", text)[1:-1]]
        if cells and cells[0] in table.numbers:
            number, requirement, where, test, removed = cells
            test = (_CODE.findall(test) or [""])[0]
            selector = (_CODE.findall(removed) or [""])[0]
            table_rows.append(Row(number, requirement, where, test, selector))
    return table_rows


def missing_tests(page: Path) -> list[str]:
    """List the tests that a page names and that are nowhere under ``tests``."""
    defined = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in _DEF.findall(path.read_text())
    }
    named = (code for code in _CODE.findall(page.read_text()) if code.startswith("test_"))
    return sorted({name for name in named if name not in defined})


def amiss(table: Table = LABOUR) -> list[str]:
    """List what is wrong: missing rows, missing tests, selectors that do not match once."""
    table_rows = rows(table)
    tests = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    wrong = [f"{n}: {[r.number for r in table_rows].count(n)} rows" for n in table.numbers
             if [r.number for r in table_rows].count(n) != 1]  # fmt: skip
    waiting = [row for row in table_rows if row.waits]
    if len(waiting) > table.may_wait:
        wrong.append(f"{len(waiting)} wait; at most {table.may_wait} may")
    wrong += [f"{row.number} may not wait" for row in waiting if row.number in table.never_wait]
    for row in table_rows:
        if row.waits:
            continue
        if f"def {row.test}(" not in tests:
            wrong.append(f"{row.number}: no test {row.test!r} under tests/")
        try:
            remove(row.selector)
        except ValueError as error:
            wrong.append(f"{row.number}: {error}")
    return wrong


class _Match(NamedTuple):
    """A node that a selector matches: item ``position`` of list ``field`` of ``parent``."""

    parent: ast.AST
    field: str
    position: int


class Mutant(NamedTuple):
    """A file under ``src/canut`` as it is, written in the same way, and without some code."""

    file: str
    whole: str
    without: str


def remove(selector: str, root: Path = ROOT) -> Mutant:
    """Remove the code that a selector matches, and return the text of its file.

    Raises:
        ValueError: the selector cannot be read, or does not match exactly once.
    """
    if parts := _SELECTOR.fullmatch(selector):
        if parts["shape"] not in _SHAPES:
            raise ValueError(f"{selector!r}: unknown shape; use one of {_SHAPES}")
        module = ast.parse(_read(root, parts["file"], selector))
        symbols = frozenset(parts["symbols"].split())
        matches = list(_matches(module, "<module>", parts["scope"], parts["shape"], symbols))
        _check_once(selector, len(matches))
        whole = ast.unparse(module)
        _cut(matches[0])
        return Mutant(parts["file"], whole, ast.unparse(ast.fix_missing_locations(module)))
    if (parts := _QUOTE.fullmatch(selector)) and not parts["file"].endswith(".py"):
        whole = _read(root, parts["file"], selector)
        _check_once(selector, whole.count(parts["text"]))
        return Mutant(parts["file"], whole, whole.replace(parts["text"], ""))
    raise ValueError(f"{selector!r} is no selector; write FILE.py::SCOPE [SHAPE SYMBOL …]"
                     ' or, for what is not Python, FILE: "TEXT"')  # fmt: skip


def _read(root: Path, file: str, selector: str) -> str:
    path = root / SOURCE / file
    if not path.is_file():
        raise ValueError(f"{selector!r}: no file {file!r} under {SOURCE}")
    return path.read_text(encoding="utf-8")


def _check_once(selector: str, count: int) -> None:
    if count != 1:
        raise ValueError(f"{selector!r} matches {count} times; it must match once")


def _matches(
    node: ast.AST, scope: str, target: str, shape: str, symbols: frozenset[str]
) -> Iterator[_Match]:
    """Yield the matches below a node; of parts of a call or literal, the outermost."""
    for field, value in ast.iter_fields(node):
        for position, child in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(child, ast.AST):
                continue
            searched = _searched(node, field, child, shape) if scope == target else None
            if searched is not None and symbols <= _symbols(searched):
                yield _Match(node, field, position)
                if shape in _PARTS:
                    continue
            inner = scope
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                inner = child.name if scope == "<module>" else f"{scope}.{child.name}"
            yield from _matches(child, inner, target, shape, symbols)


def _searched(parent: ast.AST, field: str, node: ast.AST, shape: str) -> ast.AST | None:
    """Return the part of a node that has to hold the symbols; None if it has another shape."""
    if shape in _PARTS:
        parents, name = _PARTS[shape]
        return node if isinstance(parent, parents) and field == name else None
    if not isinstance(node, _STATEMENTS[shape]):
        return None
    if isinstance(node, ast.Expr):
        kinds = (ast.Call, ast.Await) if shape == "call" else (ast.Yield, ast.YieldFrom)
        return node if isinstance(node.value, kinds) else None
    if isinstance(node, ast.If):
        return node.test
    return ast.Name(node.name) if isinstance(node, ast.ClassDef) else node


def _symbols(node: ast.AST) -> set[str]:
    """Return the names, attributes, names of keyword arguments and strings of a node."""
    symbols: set[str] = set()
    for part in ast.walk(node):
        match part:
            case (
                ast.Name(id=str(symbol))
                | ast.Attribute(attr=str(symbol))
                | ast.keyword(arg=str(symbol))
                | ast.Constant(value=str(symbol))
            ):
                symbols.add(symbol)
    return symbols


def _cut(match: _Match) -> None:
    """Remove a matched node from its tree."""
    nodes = getattr(match.parent, match.field)
    node = nodes[match.position]
    if isinstance(node, ast.If):
        node.test = ast.Constant(value=False)
    elif isinstance(node, ast.stmt):
        nodes[match.position] = ast.Pass()
    else:
        del nodes[match.position]
        if isinstance(match.parent, ast.Dict):
            del match.parent.values[match.position]


def try_rows(numbers: list[str]) -> int:
    """Remove each row's code in a copy; return how many tests did not notice."""
    unnoticed = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "copy")
        shutil.copytree(
            ROOT, copy, ignore=shutil.ignore_patterns(".venv", ".git", "_build", "node_modules")
        )
        (copy / "frontend/node_modules").symlink_to(ROOT / "frontend/node_modules")  # for axe
        mutants = [
            (row, remove(row.selector))
            for table in TABLES
            for row in rows(table)
            if not row.waits and (not numbers or row.number in numbers)
        ]
        for _, mutant in mutants:
            (copy / SOURCE / mutant.file).write_text(mutant.whole, encoding="utf-8")
        all_pass = _pass(copy, {row.test for row, _ in mutants})
        for row, mutant in mutants:
            before = all_pass or _pass(copy, {row.test})
            path = copy / SOURCE / mutant.file
            path.write_text(mutant.without, encoding="utf-8")
            after = _pass(copy, {row.test})
            path.write_text(mutant.whole, encoding="utf-8")
            is_shown = before and not after
            unnoticed += not is_shown
            print(f"{row.number:<4} {'shown' if is_shown else 'NOT SHOWN'}  {row.test}", flush=True)
    return unnoticed


def _pass(copy: Path, tests: set[str]) -> bool:
    """Run tests by their names, against the copy, and return whether all pass."""
    files = [
        str(path)
        for path in sorted((copy / "tests").rglob("test_*.py"))
        if not tests.isdisjoint(_DEF.findall(path.read_text(encoding="utf-8")))
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-k", " or ".join(sorted(tests)), *files],
        cwd=copy,
        env={"PATH": "/usr/bin:/bin:/usr/local/bin", "PYTHONPATH": str(copy / "src")},
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def main() -> int:
    """Check, or try."""
    if sys.argv[1:2] == ["--try"]:
        return min(try_rows(sys.argv[2:]), 1)
    wrong = [problem for table in TABLES for problem in amiss(table)]
    print(*wrong, sep="\n")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
