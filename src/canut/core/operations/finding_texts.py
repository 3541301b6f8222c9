"""What a finding says to whoever runs the instance: what is so, and the next step; FR and EN.

The words are in the catalogue: ``finding.CODE.what`` and ``finding.CODE.next``.
"""

from collections.abc import Sequence
from textwrap import wrap
from typing import NamedTuple

from canut.core.messages import message
from canut.core.operations.findings import Finding, Level

WIDTH = 79


class FindingText(NamedTuple):
    """What is so and the next step, in one language."""

    what: str
    do: str


def format_finding(finding: Finding, *, in_french: bool) -> FindingText:
    """Return what a finding says, with its figures."""
    language = "fr" if in_french else "en"
    facts = {name: str(fact) for name, fact in finding.facts.items()}
    return FindingText(
        message(language, f"finding.{finding.code}.what", **facts),
        message(language, f"finding.{finding.code}.next", **facts),
    )


def page(findings: Sequence[Finding], *, in_french: bool) -> str:
    """Write findings as plain text for a terminal, what matters most first."""
    language = "fr" if in_french else "en"
    lines: list[str] = []
    for level in Level:
        here = [one for one in findings if one.level == level]
        lines += ["", message(language, f"finding_level.{level}")] if here else []
        for one in here:
            what, do = format_finding(one, in_french=in_french)
            lines += wrap(what, WIDTH, initial_indent="- ", subsequent_indent="  ")
            lines += wrap(f"→ {do}", WIDTH, initial_indent="  ", subsequent_indent="    ")
    if not any(one.level != Level.KNOW for one in findings):
        lines = [message(language, "finding_level.well"), *lines]
    return "\n".join(lines).strip() + "\n"
