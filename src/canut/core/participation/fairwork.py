"""Lay out the ten Fairwork thresholds with the evidence of this instance; never a point.

Fairwork gives points; an instance does not give itself any. Each threshold names what is asked, the
evidence here, the document an assessor may take, and what fails or is not shown.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

SOURCE = "https://fair.work/en/fw/principles/cloudwork-principles/"
THRESHOLDS: Mapping[str, Sequence[str]] = {
    "1.1": ("late", "unpaid_answers", "short_evidence"),
    "1.2": ("under_floor", "own_costs"),
    "2.1": ("longest_day", "longest_week"),
    "2.2": ("assessment", "risk_said"),
    "3.1": ("terms_accepted",),
    "3.2": ("terms_notice", "nobody_barred"),
    "4.1": ("appeals_late", "automatic_against"),
    "4.2": ("equal_treatment",),
    "5.1": ("representatives",),
    "5.2": ("collective",),
}
"""Evidence of each threshold, by its code."""
DOCUMENTS: Mapping[str, str] = {
    "1.1": "time-and-pay.csv, chain.csv",
    "1.2": "article17.csv",
    "2.1": "systems.json",
    "2.2": "dpia.pdf",
    "3.1": "terms.pdf",
    "3.2": "terms.pdf, acts.pdf",
    "4.1": "decisions.csv, acts.pdf",
    "4.2": "systems.json",
    "5.1": "representatives.pdf",
    "5.2": "representatives.pdf",
}


class Evidence(NamedTuple):
    """One figure of the instance: its value, and whether it fails; None where nothing is known.

    Args:
        value: as counted; empty where it cannot be.
        fails: True where it goes against the threshold, None where nobody can tell from here.
    """

    value: str
    fails: bool | None


class GridRow(NamedTuple):
    """One threshold: its evidence by code, the document, and the codes that fail or lack."""

    threshold: str
    evidence: list[tuple[str, Evidence]]
    document: str
    fails: list[str]


def grid(evidence: Mapping[str, Evidence]) -> list[GridRow]:
    """Return the ten rows; evidence that is not given is unknown, never good."""
    rows = []
    for threshold, codes in THRESHOLDS.items():
        listed = [(code, evidence.get(code, Evidence("", None))) for code in codes]
        fails = [code for code, one in listed if one.fails is not False]
        rows.append(GridRow(threshold, listed, DOCUMENTS[threshold], fails))
    return rows
