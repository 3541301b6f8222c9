"""Keep the OpenAPI file of the docs as the code has it; ``--write`` writes it."""

import importlib
import sys
from pathlib import Path

import django

FILE = Path(__file__).resolve().parent.parent / "docs/en/developers/openapi.json"


def main() -> int:
    """Return 0 when the file is fresh, or was written."""
    django.setup()
    text = importlib.import_module("canut.web.api.service").openapi_text()
    if "--write" in sys.argv:
        FILE.write_text(text)
    if FILE.is_file() and FILE.read_text() == text:
        return 0
    print(f"{FILE.name} is stale: .venv/bin/python tools/docs.py --write")
    return 1


if __name__ == "__main__":
    sys.exit(main())
