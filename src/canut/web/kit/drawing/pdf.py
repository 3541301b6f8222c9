"""Print documents as PDF/UA-1, which screen readers can read.

The same words give the same bytes: no font of this machine, no clock. Each wing lays out its own
documents, in a typst template beside its code.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import typst


def print_pdf(template: Path, paper: Mapping[str, object], made_s: int) -> bytes:
    """Fill a typst template and return the PDF.

    Args:
        template: the file.
        paper: what the template reads, as JSON holds it.
        made_s: the moment the document bears, in seconds since 1970 UTC.
    """
    inputs = {"paper": json.dumps(paper, ensure_ascii=False)}
    printed = typst.compile(
        template.read_bytes(),
        font_paths=bundled_fonts(),
        sys_inputs=inputs,
        format="pdf",
        pdf_standards="ua-1",
        timestamp=made_s,
    )
    if not isinstance(printed, bytes):
        raise TypeError(f"typst gave {type(printed).__name__}; expected the bytes of one PDF")
    return printed


@cache
def bundled_fonts() -> typst.Fonts:
    """Return only the fonts bundled with typst, so that the bytes are reproducible."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
