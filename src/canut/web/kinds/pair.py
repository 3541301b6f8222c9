"""How two things are compared in a plain form: a button for each outcome, a box for each reason."""

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
    return {one["value"]: one["label"] for one in listed}


def form_context(question: Question, row: Mapping[str, str], *, has_keys: bool) -> dict[str, Any]:
    """Return the outcomes with their keys, and the reasons."""
    del row
    keys = {"a": "1", "tie": "2", "b": "3"} if has_keys else {}
    return {
        "outcomes": [
            (each, said, keys.get(each, "")) for each, said in _outcomes(question).items()
        ],
        "reasons": [(BECAUSE + value, label) for value, label in _reasons(question).items()],
    }


def parse_form(question: Question, sent: list[str]) -> object:
    """Return the outcome and its reasons; None where no outcome was chosen."""
    del question
    reasons = [one.removeprefix(BECAUSE) for one in sent if one.startswith(BECAUSE)]
    outcome = next((one for one in sent if not one.startswith(BECAUSE)), None)
    return None if outcome is None else {"choice": outcome, "reasons": reasons}


def describe(question: Question, value: object) -> str:
    """Say which is better, and why."""
    said = cast("Mapping[str, Any]", value)
    known = _reasons(question)
    outcome = _outcomes(question)[said["choice"]]
    why = ", ".join(known[each] for each in said.get("reasons", ()))
    return f"{outcome} ({why})" if why else outcome
