"""What each room may do: the web writes nothing, the core decides from its arguments alone."""

import ast
import re
import sys
from pathlib import Path

import grimp

from canut.core.kinds import KINDS
from tests.house.tree import ROOT, SOURCE, at, calls, dotted, files, tree

WRITES = {
    "save",
    "asave",
    "create",
    "delete",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "select_for_update",
    "execute",
    "executemany",
    "cursor",
    "atomic",
}
QUERIES = {
    "aggregate",
    "all",
    "count",
    "exclude",
    "exists",
    "filter",
    "first",
    "get",
    "last",
    "latest",
    "order_by",
    "select_related",
    "values",
    "values_list",
}
CLOCKS = re.compile(
    r"^(?:time|secrets|uuid|random|timezone)\.\w+$"
    r"|^(?:datetime\.)?(?:datetime|date)\.(?:now|utcnow|today)$"
    r"|^os\.(?:urandom|getenv|environ\.\w+|getpid)$"
    r"|^(?:np|numpy)\.random\.(?!Generator$)\w+$"
)
IMPURE = {"random", "secrets", "socket", "subprocess", "time", "urllib", "uuid", "http"}
LIBRARIES = {"cryptography", "msgspec", "numba", "numpy", "pyarrow", "rfc8785", "yaml"}


def test_web_calls_no_write() -> None:
    pages = files(".py", under="src/canut/web")
    assert len(pages) > 10

    writes = [
        f"{at(page, call.lineno)} {dotted(call.func)}"
        for page in pages
        for call in calls(page)
        if _writes(call)
    ]

    assert not writes, "an action changes things; a page calls one"


def test_actions_that_only_read_say_so_and_write_nothing() -> None:
    actions = SOURCE / "actions"
    reading = [
        path for path in files(".py", under="src/canut/actions") if _says_it_only_reads(path)
    ]

    writes = [
        f"{at(path, call.lineno)} {dotted(call.func)}"
        for path in reading
        for call in calls(path)
        if _writes(call)
    ]

    named = {path.relative_to(actions).with_suffix("").as_posix() for path in reading}
    assert not writes
    assert {"time/measure", "time/day_view", "pay/floors", "quality/inference"} <= named


def test_web_reaches_tables_through_access_or_reads_of_the_store() -> None:
    pages = [f for f in files(".py", under="src/canut/web") if f.name != "access.py"]
    managers = _managers()
    assert {"objects", "questions", "invitations"} <= managers

    reaches = [
        f"{at(page, line)} {what}" for page in pages for line, what in _reads(page, managers)
    ]

    assert not reaches, "use web/kit/access.py, or a named read in store"


def test_core_calls_no_clock_no_network_and_no_chance_of_its_own() -> None:
    decisions = files(".py", under="src/canut/core")
    assert len(decisions) > 10

    called = [
        f"{at(file, call.lineno)} {dotted(call.func)}"
        for file in decisions
        for call in calls(file)
        if CLOCKS.search(dotted(call.func)) and not _is_seeded(call)
    ]
    imported = [
        f"{at(file, line)} {name}"
        for file in decisions
        for line, name in _imports(file)
        if name.split(".")[0] in IMPURE
    ]

    assert not called, "time, identifiers and rng come in as arguments"
    assert not imported, "time, identifiers and rng come in as arguments"


def test_core_stands_on_its_seven_libraries_alone() -> None:
    graph = grimp.build_graph("canut", include_external_packages=True, cache_dir=None)
    rooms = {m for m in graph.modules if m == "canut.core" or m.startswith("canut.core.")}
    learners = graph.find_modules_directly_imported_by("canut.core.learning.baselines")
    assert {name.split(".")[0] for name in learners} >= {"sklearn"}, "canut[learn], there alone"
    rooms -= {"canut.core.learning.baselines", "canut.core.learning.softmax"}  # scipy comes with it
    used = {
        name.split(".")[0]
        for module in rooms
        for name in graph.find_modules_directly_imported_by(module)
    }
    assert "numpy" in used

    others = used - LIBRARIES - {"canut"} - sys.stdlib_module_names

    assert not others


def test_every_kind_of_question_has_its_files_and_a_part_of_the_page() -> None:
    wanted = [
        *(f"src/canut/core/kinds/{kind}.py" for kind in KINDS),
        *(f"src/canut/core/kinds/samples/{kind}.yaml" for kind in KINDS),
        *(f"tests/core/kinds/test_{kind}.py" for kind in KINDS),
        *(f"src/canut/web/templates/kinds/{kind}.html" for kind in KINDS),
    ]

    missing = [name for name in wanted if not (ROOT / name).is_file()]

    assert not missing


def test_page_registers_every_kind() -> None:
    folder = ROOT / "frontend/src/kinds"
    register = (folder / "register.ts").read_text()

    drawn = re.findall(
        r"^  (\w+): async \(\) => \(await import\(\"./([\w/]+)\"\)\)", register, re.MULTILINE
    )

    assert {name for name, _file in drawn} == KINDS.keys()
    assert all(file.split("/")[-1] == name for name, file in drawn)
    files = [(folder / f"{file}.ts", folder / file / "index.ts") for _name, file in drawn]
    assert all(alone.is_file() or first.is_file() for alone, first in files)


def test_every_command_file_has_its_line_in_the_register() -> None:
    from canut.commands import COMMANDS, ON_SERVER

    registered = {command.module for command in (*COMMANDS, *ON_SERVER)}
    written = {
        ".".join(f.relative_to(SOURCE / "commands").with_suffix("").parts)
        for f in (SOURCE / "commands").rglob("*.py")
        if any(isinstance(n, ast.FunctionDef) and n.name == "run" for n in tree(f).body)
    }
    assert written

    assert written == registered


def _says_it_only_reads(path: Path) -> bool:
    return "Reads only." in (ast.get_docstring(tree(path)) or "")


def _writes(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    name = call.func.attr
    is_query_update = name == "update" and call.keywords and not call.args
    return name in WRITES or bool(is_query_update)


def _managers() -> set[str]:
    """Name what leads from a class or a row to a table's rows."""
    related = {
        name
        for file in files(".py", under="src/canut/store")
        for name in re.findall(r'related_name="(\w+)"', file.read_text())
    }
    return related | {"objects"}


def _reads(page: Path, managers: set[str]) -> list[tuple[int, str]]:
    found = []
    for node in ast.walk(tree(page)):
        if isinstance(node, ast.Attribute) and node.attr == "objects":
            found.append((node.lineno, dotted(node)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            receiver = node.func.value
            if (
                node.func.attr in QUERIES
                and isinstance(receiver, ast.Attribute)
                and (receiver.attr in managers - {"objects"} or receiver.attr.endswith("_set"))
            ):
                found.append((node.lineno, dotted(node.func)))
        if isinstance(node, ast.Call) and dotted(node.func).startswith("get_object_or_404"):
            found.append((node.lineno, "get_object_or_404"))
    return found


def _imports(file: Path) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.append((node.lineno, node.module))
    return found


def _is_seeded(call: ast.Call) -> bool:
    return dotted(call.func).endswith(".default_rng") and bool(call.args or call.keywords)
