"""Generate the synchronous modules of ``canut_client`` from the asynchronous ones.

``--check`` writes nothing and fails where a generated module is not up to date.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "packages/canut-client/src/canut_client"
RUFF = Path(sys.executable).parent / "ruff"
MODULES = ("transport", "uploads", "requests", "team", "imports", "datasets", "client")
TIDY = "I,F401,C416"  # what the substitutions leave: order of imports, unused ones, copies of lists
NOTICE = "Generated from ``async_{module}`` by ``tools/sync_client.py``."
SUBSTITUTIONS = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"await asyncio\.to_thread\(([\w.]+), ", r"\1("),
        (r"\basyncio\b", "time"),
        (r"\bawait ", ""),
        (r"\basync (?=def|for|with)", ""),
        (r"\basynccontextmanager\b", "contextmanager"),
        (r"\b__a(enter|exit)__\b", r"__\1__"),
        (r"\ba(close|read|iter_bytes)\b", r"\1"),
        (r"\bAwaitable\[None\]", "None"),
        (r"\bAsync(?=[A-Z])", ""),
        (r"\bcanut_client\.async_", "canut_client."),
        (r"Tasks of one event loop may share it", "Threads may share it"),
    )
]


def generate(module: str) -> str:
    """Return the synchronous version of a module."""
    docstring, _, code = (PACKAGE / f"async_{module}.py").read_text().partition('\n"""\n')
    head, _, explanation = docstring.partition("\n\n")
    if module == "client":
        explanation = ""
    notice = NOTICE.format(module=module)
    for pattern, replacement in SUBSTITUTIONS:
        head, explanation, code = (
            pattern.sub(replacement, text) for text in (head, explanation, code)
        )
    text = "\n\n".join(part for part in (head, explanation, notice) if part) + '\n"""\n' + code
    name = str(PACKAGE / f"{module}.py")
    tidy = ["check", "--quiet", "--fix", "--unsafe-fixes", "--select", TIDY]
    for step in (tidy, ["format", "--quiet"]):
        text = subprocess.run(
            [RUFF, *step, "--stdin-filename", name, "-"],
            input=text,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    return text


def main() -> int:
    """Write or check each module; return 1 where one is not up to date."""
    is_check = "--check" in sys.argv
    stale = []
    for module in MODULES:
        file, text = PACKAGE / f"{module}.py", generate(module)
        if not file.is_file() or file.read_text() != text:
            stale.append(file.name)
            if not is_check:
                file.write_text(text)
    if stale and is_check:
        print(f"{', '.join(stale)} not up to date; run: .venv/bin/python tools/sync_client.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
