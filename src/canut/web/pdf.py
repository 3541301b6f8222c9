"""Print statements, records, labour cards and the Portrait's chapter as PDF/UA-1, for all to read.

The same words give the same bytes: no font of this machine, no clock.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path

import typst
from django.utils.translation import gettext as _

from canut.web.card_words import CardInWords
from canut.web.languages import two_sided
from canut.web.paper import Paper
from canut.web.record_paper import RecordPaper

STATEMENT = Path(__file__).with_name("statement.typ")
RECORD = Path(__file__).with_name("record.typ")
CARD = Path(__file__).with_name("card.typ")
CHAPTER = Path(__file__).with_name("chapter.typ")


def pdf_of(paper: Paper, made_s: int) -> bytes:
    """Print a statement.

    Args:
        paper: in words, in one language.
        made_s: when its period was closed, in seconds since 1970 UTC; nothing else knows a time.
    """
    return _printed(STATEMENT, asdict(paper), made_s)


def pdf_of_record(paper: RecordPaper, made_s: int) -> bytes:
    """Print a person's whole record.

    Args:
        paper: in words, in one language.
        made_s: when it was gathered, in seconds since 1970 UTC.
    """
    return _printed(RECORD, asdict(paper), made_s)


def pdf_of_card(card: CardInWords, made_s: int) -> bytes:
    """Print a labour card on one sheet.

    Args:
        card: in words, in the page's language.
        made_s: when it was signed, in seconds since 1970 UTC.
    """
    told = {"by": card.by, "n": card.number, "day": card.day}
    words = {
        "signed": _("Labour card %(n)s, signed on %(day)s by %(by)s.") % told,
        "simulated": _("simulated"),
        "unknown": _("unknown:"),
        "show": _("Simulated: nobody of this exists, every figure is of a show."),
        "never": _("What it cannot prove"),
        "short": _("In short"),
        "fmti": _("Data laborer practices"),
        "grades": " ".join(
            (
                _("Proven: hashes and signatures show it."),
                _("Recomputed: anyone finds it again in the anonymous rows, if those are honest."),
                _("Confirmed: people countersigned it with their own key."),
                _("Attested: somebody else signed it."),
                _("Asserted: the operator says so."),
            )
        ),
        "check": _("Check the dataset’s folder with canut verify; this sheet proves nothing."),
    }
    language = two_sided()
    return _printed(CARD, {"card": asdict(card), "words": words, "language": language}, made_s)


def pdf_of_chapter(paper: Mapping[str, object], made_s: int) -> bytes:
    """Print the missing chapter of the Portrait.

    Args:
        paper: in words, in one language, as ``chapter.paper_of`` lays it out.
        made_s: when its release was made, in seconds since 1970 UTC.
    """
    return _printed(CHAPTER, paper, made_s)


def _printed(template: Path, paper: Mapping[str, object], made_s: int) -> bytes:
    given = {"paper": json.dumps(paper, ensure_ascii=False)}
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
