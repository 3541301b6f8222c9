"""Print a pay statement, or a person's record, as PDF/UA-1, tagged for screen readers.

The same words give the same bytes: no font of this machine, no clock.
"""

import json
from dataclasses import asdict
from functools import cache
from pathlib import Path

import typst

from canut.web.paper import Paper
from canut.web.record_paper import RecordPaper

STATEMENT = Path(__file__).with_name("statement.typ")
RECORD = Path(__file__).with_name("record.typ")


def pdf_of(paper: Paper, made_s: int) -> bytes:
    """Print a statement.

    Args:
        paper: in words, in one language.
        made_s: when its period was closed, in seconds since 1970 UTC; nothing else knows a time.
    """
    return _printed(STATEMENT, paper, made_s)


def pdf_of_record(paper: RecordPaper, made_s: int) -> bytes:
    """Print a person's whole record.

    Args:
        paper: in words, in one language.
        made_s: when it was gathered, in seconds since 1970 UTC.
    """
    return _printed(RECORD, paper, made_s)


def _printed(template: Path, paper: Paper | RecordPaper, made_s: int) -> bytes:
    given = {"paper": json.dumps(asdict(paper), ensure_ascii=False)}
    printed = typst.compile(
        template.read_bytes(),
        font_paths=_fonts(),
        sys_inputs=given,
        format="pdf",
        pdf_standards="ua-1",
        timestamp=made_s,
    )
    if not isinstance(printed, bytes):
        raise TypeError(f"typst gave {type(printed).__name__}; expected the bytes of one PDF")
    return printed


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts that typst brings, and none of this machine's: bytes must not differ."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
