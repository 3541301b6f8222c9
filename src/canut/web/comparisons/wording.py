"""Say a comparison's plan, state and result in plain words."""

from typing import NamedTuple

from canut.core.comparisons.anchoring import Anchoring
from canut.core.comparisons.plan import PersonMeasure
from canut.store.models import Comparison
from canut.web.kit.formatting import chance_of, decimal_of, share
from canut.web.kit.messages import lazy_message, message_now

SUBJECTS = {
    "instructions": lazy_message("comparisons.subject_instructions"),
    "order": lazy_message("comparisons.subject_order"),
    "proposals": lazy_message("comparisons.subject_proposals"),
}
MEASURES = {
    "right": lazy_message("comparisons.measure_right"),
    "agreement": lazy_message("comparisons.measure_agreement"),
    "skips": lazy_message("comparisons.measure_skips"),
    "questions": lazy_message("comparisons.measure_questions"),
    "strain": lazy_message("comparisons.measure_strain"),
    "changes": lazy_message("comparisons.measure_changes"),
    "anchoring": lazy_message("comparisons.measure_anchoring"),
    "access": lazy_message("comparisons.measure_access"),
}
HARMS = {
    "top-up": lazy_message("comparisons.harm_top_up"),
    "skips": lazy_message("comparisons.harm_skips"),
    "strain": lazy_message("comparisons.harm_strain"),
    "access": lazy_message("comparisons.harm_access"),
    "person": lazy_message("comparisons.harm_person"),
}
STATES = {
    "open": lazy_message("comparisons.state_open"),
    "held": lazy_message("comparisons.state_held"),
    "ended": lazy_message("comparisons.state_ended"),
    "stopped": lazy_message("comparisons.state_stopped"),
}
VERDICTS = {
    "a": lazy_message("comparisons.verdict_a"),
    "b": lazy_message("comparisons.verdict_b"),
    "same": lazy_message("comparisons.verdict_same"),
    "too-few": lazy_message("comparisons.verdict_too_few"),
}
NOT_SHARES = frozenset({PersonMeasure.STRAIN, PersonMeasure.QUESTIONS})


class ComparisonWords(NamedTuple):
    """A comparison in words. ``figures``: name and value of each number of the result."""

    row: Comparison
    subject: str
    measure: str
    state: str
    harm: str
    margin: str
    verdict: str
    figures: list[tuple[str, str]]


def words_of_comparison(comparison: Comparison) -> ComparisonWords:
    """Return a comparison's plan, state and result in words of the page's language."""
    numbers = comparison.result
    verdict = numbers.get("verdict", "")
    return ComparisonWords(
        comparison,
        str(SUBJECTS[comparison.subject]),
        str(MEASURES[comparison.measure]),
        str(STATES[comparison.state]),
        str(HARMS[comparison.harm]) if comparison.harm else "",
        amount_of(comparison, comparison.margin),
        str(VERDICTS[verdict]) if verdict else "",
        _figures(comparison),
    )


def amount_of(comparison: Comparison, amount: float) -> str:
    """Format a score or a difference of scores: a percentage, or a number with decimals."""
    if PersonMeasure(comparison.measure) in NOT_SHARES:
        return decimal_of(amount)
    return share(amount)


def _figures(comparison: Comparison) -> list[tuple[str, str]]:
    numbers = comparison.result
    if not numbers:
        return []
    figures = [
        (
            message_now("comparisons.people"),
            message_now("comparisons.a_and_b", a=numbers["people_a"], b=numbers["people_b"]),
        ),
        (message_now("comparisons.people_planned"), str(comparison.people)),
        (message_now("comparisons.asked_usual"), str(numbers["asked_usual"])),
    ]
    if "difference" not in numbers:
        return figures
    amounts = {
        name: amount_of(comparison, numbers[name])
        for name in ("mean_a", "mean_b", "difference", "low", "high")
    }
    return [
        *figures,
        (message_now("comparisons.mean_a"), amounts["mean_a"]),
        (message_now("comparisons.mean_b"), amounts["mean_b"]),
        (message_now("comparisons.difference"), amounts["difference"]),
        (
            message_now("comparisons.interval"),
            message_now("comparisons.from_to", low=amounts["low"], high=amounts["high"]),
        ),
        (message_now("comparisons.welch"), chance_of(numbers["chance"])),
        (message_now("comparisons.permutation"), chance_of(numbers["permutation"])),
    ]


def anchoring_in_words(anchoring: Anchoring) -> str:
    """Say how much wrong proposals draw answers, or that it is not shown."""
    facts = {
        "wrong_shown": anchoring.wrong_shown,
        "shown": anchoring.shown,
        "wrong_hidden": anchoring.wrong_hidden,
        "hidden": anchoring.hidden,
        "needed": anchoring.needed,
    }
    if anchoring.effect is None:
        return message_now("comparisons.anchoring_few", **facts)
    facts_of_effect = {
        "effect": share(anchoring.effect.value),
        "low": share(anchoring.effect.low),
        "high": share(anchoring.effect.high),
    }
    if anchoring.is_shown_effect:
        return message_now("comparisons.anchoring_shown", **facts, **facts_of_effect)
    return message_now("comparisons.anchoring_not_shown", **facts, **facts_of_effect)
