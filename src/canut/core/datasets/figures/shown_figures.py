"""Figures of a card that its log and its answers show, beside the counts and the anonymous rows.

A card that claims the grade given here is held to the value. One that claims less keeps its lower
grade, as cards did that were signed before these were counted. What is missing here nobody can
count again: times, working conditions, decisions of which the log shows commitments alone.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import cast

from canut.core.datasets.card import Grade
from canut.core.datasets.log_recount import INSTRUCTIONS_SET, PRICE_SET, Facts
from canut.core.errors import BadProof

APPEAL_OPEN = "appeal.open"
TEXT = "text"  # the hash of question and instructions, in an entry of theirs
AGREEMENT = "agreement"


def shown_by_log(kinds: Mapping[str, int], facts: Facts) -> dict[str, tuple[Grade, object]]:
    """Return the figures that the entries of a project's log show.

    Args:
        kinds: how many entries there are of each kind.
        facts: the facts of the open ones of ``log_recount.OPEN_KINDS``, in order.

    Returns:
        Appeals: as many as were opened. Instructions: the hash of each version, in the order they
        came into force. Currency: that of every price. A figure that some entry hides is left out.
    """
    figures: dict[str, tuple[Grade, object]] = {
        "appeals": (Grade.PROVEN, kinds.get(APPEAL_OPEN, 0))
    }
    for name, kind, field in (
        ("instructions", INSTRUCTIONS_SET, TEXT),
        ("currency", PRICE_SET, "currency"),
    ):
        values = [each.get(field) for each in facts.get(kind, ())]
        if not values or len(values) != kinds.get(kind):
            continue
        if not all(isinstance(value, str) and value for value in values):
            continue
        different = list(dict.fromkeys(cast("list[str]", values)))
        if name == "instructions":
            figures[name] = (Grade.PROVEN, different)
        elif len(different) == 1:
            figures[name] = (Grade.PROVEN, different[0])
    return figures


def nominal_alpha(lines: Iterable[bytes]) -> int | None:
    """Return Krippendorff's alpha of the labels of answers, in thousandths, rounded half up.

    Two labels are equal or not. Tasks with one labelled answer do not count, nor do empty labels.
    It is computed in fractions, so that every reader has the same.

    Args:
        lines: one answer each, as JSON with ``task`` and ``label``.

    Returns:
        None where there is no pair of answers, or only one label.

    Raises:
        BadProof: a line is no answer.

    Source:
        Krippendorff (2004), Content Analysis, 2nd edition, section 11.3.

    Example:
        >>> nominal_alpha(b'{"task":%d,"label":"%s"}' % row for row in
        ...               [(1, b"a"), (1, b"a"), (2, b"b"), (2, b"b"), (3, b"a"), (3, b"b")])
        444
    """
    labels_by_task: dict[object, Counter[str]] = {}
    for line in lines:
        try:
            row: object = json.loads(line)
        except (ValueError, RecursionError) as problem:
            raise BadProof(f"an answer is not JSON: {problem}") from problem
        match row:
            case {"task": int(task), "label": str(label)} if label:
                labels_by_task.setdefault(task, Counter())[label] += 1
            case _:
                continue
    apart, total = Fraction(0), Counter[str]()
    for labels in labels_by_task.values():
        count = labels.total()
        if count > 1:
            apart += Fraction(count**2 - sum(n**2 for n in labels.values()), count - 1)
            total += labels
    pairs = total.total() ** 2 - sum(n**2 for n in total.values())
    if not pairs:
        return None
    alpha = 1 - (total.total() - 1) * apart / pairs
    return int((alpha * 1000 + Fraction(1, 2)) // 1)
