"""How to cite an edition of the Portrait or one of its charts: text, BibTeX, CSL-JSON, CFF.

The publisher is the author: the organisation that runs the instance. No person is named.
"""

import json
import re
from dataclasses import dataclass
from typing import NamedTuple

from canut.core.portrait.charts.picture import HASH_SHOWN, LICENCE, EditionIdentity
from canut.core.portrait.charts.stored import StoredChart
from canut.core.portrait.language import PortraitLanguage

LICENCE_ID = "CC-BY-4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
_LATEX = re.compile(r"[&%$#_{}~^\\]")
_SAFE = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


@dataclass(frozen=True)
class Citation:
    """One way to cite each: as a sentence, and as files for programs."""

    id: str
    address: str
    text: str
    bibtex: str
    csl: str
    cff: str


class CitedWork(NamedTuple):
    """What is cited: an edition, or a chart of it.

    Args:
        whole: title of the edition a chart is of; empty for an edition itself.
    """

    identity: EditionIdentity
    id: str
    address: str
    title: str
    whole: str
    language: str


def cite(identity: EditionIdentity, language: str, chart: StoredChart | None = None) -> Citation:
    """Write how to cite an edition, or one chart of it.

    Args:
        identity: of the edition.
        language: of the text.
        chart: None for the whole edition.
    """
    voice = PortraitLanguage(language)
    whole = voice.message(
        "portrait.cite_title",
        period=voice.period(identity.period),
        edition=str(identity.edition),
    )
    work = CitedWork(
        identity,
        identity.chart_id(chart.key) if chart else identity.id,
        identity.chart_address(chart.key) if chart else identity.address,
        chart.title if chart else whole,
        whole if chart else "",
        language,
    )
    title = work.title.rstrip(".")
    source = voice.message("portrait.cite_within", title=title, whole=whole) if chart else title
    text = (
        f"{identity.publisher} ({identity.made.year}). {source}. {work.address} "
        f"(sha256 {identity.sha256[:HASH_SHOWN]}…). {LICENCE}."
    )
    return Citation(work.id, work.address, text, _bibtex(work), _csl(work), _cff(work))


def _bibtex(work: CitedWork) -> str:
    """Write a BibTeX entry."""
    identity = work.identity
    key = work.id.partition(":")[2].replace(":", "-").lower()
    parts = (work.whole, work.id, f"sha256:{identity.sha256}", LICENCE)
    fields = {
        "author": f"{{{_latex(identity.publisher)}}}",
        "title": f"{{{_latex(work.title)}}}",
        "year": str(identity.made.year),
        "month": str(identity.made.month),
        "howpublished": f"\\url{{{work.address}}}",
        "note": _latex(", ".join(part for part in parts if part)),
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{canut-portrait-{key},\n{lines}\n}}\n"


def _latex(text: str) -> str:
    return _LATEX.sub(lambda match: _SAFE.get(match[0], f"\\{match[0]}"), text)


def _csl(work: CitedWork) -> str:
    """Write a CSL-JSON item."""
    identity = work.identity
    item: dict[str, object] = {
        "id": work.id,
        "type": "figure" if work.whole else "dataset",
        "title": work.title,
        "author": [{"literal": identity.publisher}],
        "publisher": identity.publisher,
        "issued": {"date-parts": [[identity.made.year, identity.made.month, identity.made.day]]},
        "version": f"{identity.edition}.0.0",
        "URL": work.address,
        "language": work.language,
        "note": f"sha256:{identity.sha256}; {LICENCE}",
    }
    if work.whole:
        item["container-title"] = work.whole
    return f"{json.dumps([item], ensure_ascii=False, indent=1)}\n"


def _cff(work: CitedWork) -> str:
    """Write a CITATION.cff; a JSON text is a YAML text."""
    identity = work.identity
    fields: dict[str, object] = {
        "cff-version": "1.2.0",
        "message": PortraitLanguage(work.language).message("portrait.cite_message"),
        "type": "dataset",
        "title": work.title,
        "authors": [{"name": identity.publisher}],
        "version": f"{identity.edition}.0.0",
        "date-released": identity.made.isoformat(),
        "license": LICENCE_ID,
        "url": work.address,
        "identifiers": [
            {"type": "other", "value": work.id, "description": "id"},
            {"type": "other", "value": f"sha256:{identity.sha256}", "description": "sha256"},
        ],
    }
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items()]
    return "\n".join(lines) + "\n"
