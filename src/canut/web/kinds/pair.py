"""Comparisons in a plain form: a button per outcome, a checkbox per reason."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from canut.web.kit.messages import message_now

BECAUSE = "because "

type Question = Mapping[str, object]


def _outcomes(question: Question) -> dict[str, str]:
    ties = {"tie": message_now("page.pair.as_good_as_each")} if question["tie"] else {}
    return (
        {"a": message_now("page.pair.a_is_better")}
        | ties
        | {"b": message_now("page.pair.b_is_better")}
    )


def _reasons(question: Question) -> dict[str, str]:
    listed = cast("Sequence[Mapping[str, str]]", question.get("reasons", ()))
    return {reason["value"]: reason["label"] for reason in listed}


def form_context(question: Question, row: Mapping[str, str], *, has_keys: bool) -> dict[str, Any]:
    """Return the outcomes with their keys, and the reasons."""
    del row
    keys = {"a": "1", "tie": "2", "b": "3"} if has_keys else {}
    return {
        "outcomes": [
            (each, label_text, keys.get(each, ""))
            for each, label_text in _outcomes(question).items()
        ],
        "reasons": [(BECAUSE + value, label) for value, label in _reasons(question).items()],
    }


def parse_form(question: Question, sent: list[str]) -> object:
    """Return the outcome and its reasons; None if no outcome was chosen."""
    del question
    reasons = [item.removeprefix(BECAUSE) for item in sent if item.startswith(BECAUSE)]
    outcome = next((item for item in sent if not item.startswith(BECAUSE)), None)
    return None if outcome is None else {"choice": outcome, "reasons": reasons}


def describe(question: Question, value: object) -> str:
    """Format the preferred item and the reasons."""
    answer = cast("Mapping[str, Any]", value)
    labels = _reasons(question)
    outcome = _outcomes(question)[answer["choice"]]
    reasons = ", ".join(labels[each] for each in answer.get("reasons", ()))
    return f"{outcome} ({reasons})" if reasons else outcome
