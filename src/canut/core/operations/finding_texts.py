"""The texts of findings for the instance's operator: the problem and the next step.

The words are in the catalogue: ``finding.CODE.what`` and ``finding.CODE.next``.
"""

from collections.abc import Sequence
from textwrap import wrap
from typing import NamedTuple

from canut.core.messages import has_message, message
from canut.core.operations.findings import Finding, Level

WIDTH = 79


class FindingText(NamedTuple):
    """A problem and the next step, in one language."""

    what: str
    do: str


def format_finding(finding: Finding, language: str) -> FindingText:
    """Return the text of a finding, with its figures."""
    facts = {name: str(fact) for name, fact in finding.facts.items()}
    if "schemes" in facts:
        facts["schemes"] = scheme_words(facts["schemes"].split(","), language)
    return FindingText(
        message(language, f"finding.{finding.code}.what", **facts),
        message(language, f"finding.{finding.code}.next", **facts),
    )


def scheme_words(schemes: Sequence[str], language: str) -> str:
    """Name the contributions and minimums that legal values belong to."""
    return ", ".join(
        message(language, f"scheme.{name}") if has_message(f"scheme.{name}") else name
        for name in schemes
    )


def page(findings: Sequence[Finding], language: str) -> str:
    """Format findings as plain text for a terminal, most severe first."""
    lines: list[str] = []
    for level in Level:
        here = [finding for finding in findings if finding.level == level]
        lines += ["", message(language, f"finding_level.{level}")] if here else []
        for finding in here:
            problem, do = format_finding(finding, language)
            lines += _wrap(problem, "- ", "  ")
            lines += _wrap(f"→ {do}", "  ", "    ")
    if not any(finding.level != Level.KNOW for finding in findings):
        lines = [message(language, "finding_level.well"), *lines]
    return "\n".join(lines).strip() + "\n"


def _wrap(text: str, indent: str, further: str) -> list[str]:
    """Wrap a text; commands and paths stay whole, to be copied."""
    return wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=further,
        break_on_hyphens=False,
        break_long_words=False,
    )
