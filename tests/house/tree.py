"""The files of the repository, as a house rule reads them: what is built or installed left out."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src/canut"
TEMPLATES = SOURCE / "web/templates"
OURS = ("src", "packages", "tests", "tools", "bench", "docs", "frontend", "news", ".ci")
BUILT = {"node_modules", "dist", "_build", "__pycache__", "coverage"}


def files(*suffixes: str, under: str = "") -> list[Path]:
    """List our files with one of these suffixes; every file when none is given."""
    folders = [ROOT / under] if under else [ROOT / name for name in OURS]
    tops = [] if under else [p for p in ROOT.iterdir() if p.is_file() and not p.is_symlink()]
    found = [*tops, *(p for folder in folders for p in _walk(folder))]
    return sorted(p for p in found if not suffixes or p.suffix in suffixes)


def tree(path: Path) -> ast.Module:
    """Parse one Python file."""
    return ast.parse(path.read_text())


def calls(path: Path) -> Iterator[ast.Call]:
    """Yield every call in a Python file."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))


def dotted(node: ast.expr) -> str:
    """Write ``a.b.c`` for names and attributes; what is not a name reads as ``()``."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    if isinstance(node, ast.Call):
        return f"{dotted(node.func)}()"
    return node.id if isinstance(node, ast.Name) else "()"


def at(path: Path, line: int) -> str:
    """Say where, as an editor opens it."""
    return f"{path.relative_to(ROOT)}:{line}"


def _walk(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for entry in folder.iterdir():
        if entry.is_dir():
            if entry.name not in BUILT:
                yield from _walk(entry)
        elif entry.is_file():
            yield entry
