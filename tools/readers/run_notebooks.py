"""Run notebooks from top to bottom with nbclient; print one line each, and the cell that failed."""

import sys
from importlib.metadata import version
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

SECONDS = 120
bad = 0
for path in map(Path, sys.argv[1:]):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    if any(cell.get("outputs") for cell in notebook.cells):
        sys.exit(f"{path.name} is kept with outputs; clear them")
    client = NotebookClient(
        notebook,
        timeout=SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
    )
    try:
        client.execute()
    except CellExecutionError as failure:
        bad += 1
        print(f"{path.stem}: FAILED\n{failure}")
        continue
    shown = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    tables = sum("text/html" in output.get("data", ()) for output in shown)
    print(f"{path.stem}: ran, {len(shown)} outputs, {tables} of them rich", flush=True)
print(f"nbclient {version('nbclient')}, ipykernel {version('ipykernel')}")
sys.exit(1 if bad else 0)
