"""Keep the JSON Schema of question files in the docs as the code has it; ``--write`` writes it."""

import json
import sys
from pathlib import Path

from canut.core.kinds.json_schema import question_schema

FILE = Path(__file__).resolve().parent.parent / "docs/en/developers/question.schema.json"


def main() -> int:
    """Return 0 when the file is fresh, or was written."""
    text = json.dumps(question_schema(), ensure_ascii=False, indent=1) + "\n"
    if "--write" in sys.argv:
        FILE.write_text(text)
    if FILE.is_file() and FILE.read_text() == text:
        return 0
    print(f"{FILE.name} is stale: .venv/bin/python tools/docs.py --write")
    return 1


if __name__ == "__main__":
    sys.exit(main())
