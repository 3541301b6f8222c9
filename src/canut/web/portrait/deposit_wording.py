"""Words of deposits: methods, grades, states, figures, bounds, in the page's language."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

from canut.core.errors import Missing
from canut.core.portrait.charts.deposits import CONCEPTS, figure_words, place_words, share_words
from canut.core.portrait.deposits.bounds import LowerSource, UpperSource
from canut.core.portrait.deposits.comparison import ComparedFigure, ConceptBounds, CountedFigure
from canut.core.portrait.deposits.descriptor import Contest
from canut.core.portrait.deposits.observations import Concept, Observation, Sex, WorkStatus
from canut.core.portrait.deposits.periods import period_words
from canut.core.portrait.facts import ReferenceFacts, Text
from canut.core.portrait.language import PortraitLanguage
from canut.store.portrait.deposits import DepositedFigures
from canut.store.tables.portrait import Deposit
from canut.web.kit.messages import message_now

METHODS: Mapping[str, str] = {
    "survey": "page.deposits.method_survey",
    "admin": "page.deposits.method_admin",
    "platform": "page.deposits.method_platform",
    "web_scrape": "page.deposits.method_web_scrape",
    "model": "page.deposits.method_model",
    "audit": "page.deposits.method_audit",
}
SAMPLINGS: Mapping[str, str] = {
    "probability": "page.deposits.sampling_probability",
    "quota": "page.deposits.sampling_quota",
    "open": "page.deposits.sampling_open",
    "census": "page.deposits.sampling_census",
    "none": "page.deposits.sampling_none",
}
REASONS: Mapping[str, str] = {
    "sample": "page.deposits.reason_sample",
    "census": "page.deposits.reason_census",
    "administration": "page.deposits.reason_administration",
    "whole_platform": "page.deposits.reason_whole_platform",
    "weighted_survey": "page.deposits.reason_weighted_survey",
    "duplicates": "page.deposits.reason_duplicates",
    "audit": "page.deposits.reason_audit",
    "model_with_code": "page.deposits.reason_model_with_code",
    "no_frame": "page.deposits.reason_no_frame",
    "no_weights": "page.deposits.reason_no_weights",
    "scrape": "page.deposits.reason_scrape",
    "no_code": "page.deposits.reason_no_code",
}
GRADES: Mapping[str, str] = {
    "A": "page.deposits.grade_a",
    "B": "page.deposits.grade_b",
    "C": "page.deposits.grade_c",
    "D": "page.deposits.grade_d",
    "here": "page.deposits.measured_here",
}
STATES: Mapping[str, str] = {
    "waiting": "page.deposits.state_waiting",
    "in": "page.deposits.state_in",
    "withdrawn": "page.deposits.state_withdrawn",
    "replaced": "page.deposits.state_replaced",
}
SEXES: Mapping[str, str] = {
    "woman": "page.deposits.women",
    "man": "page.deposits.men",
    "other": "page.deposits.other_sex",
    "unknown": "page.deposits.sex_unknown",
}
STATUSES: Mapping[str, str] = {
    "employee": "page.deposits.employees",
    "self_employed": "page.deposits.self_employed",
    "unknown": "page.deposits.status_unknown",
}


class DepositLine(NamedTuple):
    """A deposit in a list."""

    row: Deposit
    title: str
    method: str
    reason: str
    state: str
    day: str
    ended_day: str


class FigureLine(NamedTuple):
    """A figure in a table."""

    what: str
    detail: str
    figure: str
    people: str
    flag: str
    note: str


class BoundsText(NamedTuple):
    """Between how many people, and every assumption."""

    what: str
    headline: str
    assumptions: Sequence[str]
    sensitivity: Sequence[tuple[str, str]]


def deposit_line(row: Deposit, voice: PortraitLanguage) -> DepositLine:
    """Return a deposit in words."""
    return DepositLine(
        row,
        row.title_fr if voice.is_french else row.title_en,
        message_now(METHODS[row.method]),
        message_now(REASONS[row.grade_reason]),
        message_now(STATES[row.state]),
        day_of(row.accepted_ms or row.at_ms),
        day_of(row.ended_ms) if row.ended_ms else "",
    )


def day_of(at_ms: int) -> str:
    """Return the day of a moment, as it is written everywhere in the Portrait."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).date().isoformat()


def counted(deposits: Sequence[DepositedFigures]) -> list[CountedFigure]:
    """Return the figures of deposits with who counted them."""
    return [
        CountedFigure(
            item,
            deposit.row.pk,
            deposit.grade,
            deposit.row.publisher,
            Text(deposit.row.title_en, deposit.row.title_fr),
        )
        for deposit in deposits
        for item in deposit.figures
    ]


def figure_line(item: Observation, voice: PortraitLanguage) -> FigureLine:
    """Return a figure in words."""
    parts = [
        message_now(SEXES[item.sex]) if item.sex is not Sex.ALL else "",
        item.age if item.age != "all" else "",
        message_now(STATUSES[item.status]) if item.status is not WorkStatus.ALL else "",
        item.occupation if item.occupation != "all" else "",
        share_words(item, voice).partition(",")[0],
    ]
    detail = [place_words(item.place, voice), period_words(item.begin, item.end, voice)]
    return FigureLine(
        ", ".join([voice.say(CONCEPTS[item.concept]), *(part for part in parts if part)]),
        ", ".join(detail),
        figure_words(item, voice),
        "" if item.n is None else voice.number(item.n),
        item.flag,
        item.note_fr if voice.is_french else item.note_en,
    )


def contest_words(first: CountedFigure, second: CountedFigure, voice: PortraitLanguage) -> str:
    """Return what two deposits say of the same, both figures in one sentence."""
    item = first.observation
    return message_now(
        "page.deposits.contested",
        what=f"{voice.say(CONCEPTS[item.concept])}, {place_words(item.place, voice)}",
        first=_by(first, voice),
        second=_by(second, voice),
    )


def _by(figure: CountedFigure, voice: PortraitLanguage) -> str:
    return message_now(
        "page.deposits.figure_by",
        figure=figure_words(figure.observation, voice),
        who=figure.publisher,
        grade=figure.grade.value,
    )


def fact_words(
    deposit: Deposit, contest: Contest, facts: ReferenceFacts, voice: PortraitLanguage
) -> str:
    """Return what a deposit says against a figure of the Portrait, with that figure."""
    try:
        figure = facts.figure(contest.fact)
    except Missing:
        value, what = voice.unknown(), contest.fact
    else:
        value = voice.unknown() if figure.value is None else voice.number(figure.value)
        what = voice.say(figure.fact.label)
    return message_now(
        "page.deposits.contests_fact",
        who=deposit.publisher,
        what=what,
        figure=value,
        why=contest.fr if voice.is_french else contest.en,
    )


def bounds_words(of_concept: ConceptBounds, voice: PortraitLanguage) -> BoundsText:
    """Return bounds in words: the headline, then what each end rests on."""
    bounds = of_concept.bounds
    assumptions = [
        *([_lower(bounds.certain, voice, is_certain=True)] if bounds.certain else []),
        *([_lower(bounds.estimated, voice, is_certain=False)] if bounds.estimated else []),
        *([_upper(bounds.upper, voice)] if bounds.upper else []),
    ]
    assumptions += [text for item in of_concept.compared for text in _compared(item, voice)]
    if len(of_concept.lowers) > 1:
        assumptions.append(message_now("page.deposits.lists_not_added"))
    if any(source.name for source in of_concept.lowers):
        assumptions.append(message_now("page.deposits.home_is_work"))
    if bounds.upper is None:
        assumptions.append(message_now("page.deposits.no_ceiling"))
    return BoundsText(
        f"{voice.say(CONCEPTS[of_concept.concept])}, {place_words(of_concept.place, voice)}",
        _headline(of_concept, voice),
        assumptions,
        _sensitivity(bounds.upper, voice) if bounds.upper else (),
    )


def _headline(of_concept: ConceptBounds, voice: PortraitLanguage) -> str:
    bounds = of_concept.bounds
    low = "" if bounds.low is None else voice.number(bounds.low)
    high = "" if bounds.high is None else voice.number(bounds.high)
    if bounds.contradict:
        return message_now("page.deposits.contradict", low=low, high=high)
    if low and high:
        return message_now("page.deposits.between", low=low, high=high)
    if low:
        return message_now("page.deposits.at_least", low=low)
    if high:
        return message_now("page.deposits.at_most", high=high)
    return message_now("page.deposits.nobody_counted")


def _lower(source: LowerSource, voice: PortraitLanguage, *, is_certain: bool) -> str:
    if not source.name:
        return message_now("page.deposits.low_here", n=voice.number(source.low))
    code = "page.deposits.low_certain" if is_certain else "page.deposits.low_estimated"
    return message_now(code, n=voice.number(source.low), who=source.name, grade=source.grade)


def _compared(item: ComparedFigure, voice: PortraitLanguage) -> list[str]:
    """Return what compared lists say: both ends for two, the lower bound for more."""
    lists = item.lists
    names = {"who": item.publisher, "grade": item.grade.value, "lists": ", ".join(lists.names)}
    if lists.two:
        text = message_now(
            "page.deposits.two_lists",
            low=voice.number(lists.two[0]),
            high=voice.number(lists.two[1]),
            theta=voice.number(lists.theta or 1, 0 if lists.theta == int(lists.theta or 1) else 1),
            **names,
        )
    else:
        bound = lists.many
        is_told = bound is not None and bound.is_tellable
        code = "page.deposits.many_lists" if is_told else "page.deposits.lists_hold_little"
        text = message_now(
            code,
            n=voice.number(bound.corrected, 1) if bound else "",
            low=voice.number(bound.low, 1) if bound else "",
            high=voice.number(bound.high, 1) if bound else "",
            pairs=", ".join(voice.number(pair) for pair in bound.pairs) if bound else "",
            coverage=voice.share(bound.coverage) if bound else "",
            **names,
        )
    return [text, lists.how_fr if voice.is_french else lists.how_en]


def _upper(source: UpperSource, voice: PortraitLanguage) -> str:
    shares = [
        message_now(
            "page.deposits.share_by",
            name=_share_name(share.name, voice),
            share=_share(share.high, voice),
            who=share.source,
            grade=share.grade,
        )
        for share in source.shares
    ]
    return message_now(
        "page.deposits.high",
        n=voice.number(source.bound),
        people=voice.number(source.people),
        who=source.name,
        grade=source.grade,
        shares=", ".join(shares) or message_now("page.deposits.no_share"),
    )


def _sensitivity(source: UpperSource, voice: PortraitLanguage) -> list[tuple[str, str]]:
    names = [_share_name(share.name, voice) for share in source.shares]
    if all(share.low == share.high for share in source.shares):
        return []
    return [
        (
            ", ".join(
                f"{name} {_share(end, voice)}" for name, end in zip(names, ends, strict=True)
            ),
            voice.number(value),
        )
        for ends, value in source.sensitivity()
    ]


def _share_name(name: str, voice: PortraitLanguage) -> str:
    concept, _, place = name.partition(" ")
    if not place:
        return name
    return f"{voice.say(CONCEPTS[Concept(concept)])} ({place_words(place, voice)})"


def _share(value: Decimal, voice: PortraitLanguage) -> str:
    return voice.share(value, 0 if value == round(value, 2) else 1)
