"""Names of built scripts, from the build manifest."""

from collections.abc import Iterable

KINDS = "src/kinds/"


def kind_script(names: Iterable[str], kind: str) -> str | None:
    """Find the script of a question kind: a file of that name, or the first of its folder."""
    ends = (f"/{kind}.ts", f"/{kind}/index.ts")
    return next((name for name in names if name.startswith(KINDS) and name.endswith(ends)), None)
