"""Say an audit in sections of sentences, tables and charts, for the text and the page alike."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from canut.core.audit.charts import Bar, bars, intervals
from canut.core.audit.labels import QuestionLabels
from canut.core.audit.pay import Pay, PayPercentiles
from canut.core.audit.report import CANNOT_TELL, Audit
from canut.core.audit.words import Voice
from canut.core.formats.problems.catalogue import words_of
from canut.core.quality.estimators.auto import ENOUGH_GOLD
from canut.core.quality.measures.outliers import LEAST_ANSWERS

LEAST_SURE, MOST_PROBLEMS, MOST_EVIDENCE = 8, 20, 20


class TextTable(NamedTuple):
    """Rows of text; the first ``words`` columns are words, the others figures."""

    title: str
    head: list[str]
    rows: list[list[str]]
    words: int = 1


class Chart(NamedTuple):
    """A drawing and what it shows, in words."""

    title: str
    svg: str


@dataclass(slots=True)
class Section:
    """One part of an audit: its name, a note, the finding, and what it rests on."""

    name: str
    note: str = ""
    finding: str = ""
    body: list[str | TextTable | Chart | list[str]] = field(
        default_factory=list["str | TextTable | Chart | list[str]"]
    )


def sections(made: Audit, voice: Voice) -> list[Section]:
    """Say everything an audit found, in order."""
    said = [_pay(made, voice), _labels(made, voice), _careless(made, voice), _cannot(voice)]
    if made.found.problems:
        said.append(_problems(made, voice))
    return said


def introduction(made: Audit, voice: Voice) -> str:
    """Say in a line what file this is."""
    return voice.say(
        "what",
        source=made.asked.source or voice.say("columns"),
        rows=voice.number(made.found.rows),
        people=voice.number(len(made.found.workers)),
        assignments=voice.number(len(made.found.assignments)),
    )


def _pay(made: Audit, voice: Voice) -> Section:
    section = Section(voice.say("pay"), voice.say("pay-note"))
    pay = made.pay
    if pay is None:
        section.body.append(voice.say("no-pay"))
        return section
    under = pay.under
    section.finding = (
        voice.say("finding", p50=voice.money(pay.by_person.p50))
        if under is None
        else voice.say(
            "finding-floor",
            people=voice.number(under.people),
            all=voice.number(len(pay.people)),
            floor=voice.money(under.floor),
        )
    )
    named = [
        (voice.say("by-person", n=voice.number(len(pay.people))), pay.by_person),
        (voice.say("by-hour", n=voice.hours(pay.hours)), pay.by_hour),
    ]
    line = under and (
        float(under.floor.decimal),
        voice.say("floor", floor=voice.money(under.floor)),
    )
    drawn = [Bar(n, *(float(money.decimal) for money in spread)) for n, spread in named]
    rates = [float(person.hourly.decimal) for person in pay.people]
    title = voice.say("chart-spread")
    section.body.append(Chart(title, intervals(drawn, line, title)))
    if pay.by_person_once and pay.by_person_once != pay.by_person:
        named.append((voice.say("once"), pay.by_person_once))
    head = [voice.say("per-hour", currency=pay.paid.currency), "p10", voice.say("median"), "p90"]
    section.body.append(TextTable("", head, [_row(voice, n, spread) for n, spread in named]))
    title = voice.say("chart-people")
    section.body.append(Chart(title, bars(rates, line, title)))
    section.body += _notes(pay, voice)
    return section


def _row(voice: Voice, name: str, spread: PayPercentiles) -> list[str]:
    return [name, *(voice.amount(money) for money in spread)]


def _notes(pay: Pay, voice: Voice) -> list[str]:
    notes: list[str] = []
    if pay.under:
        notes.append(
            voice.say(
                "under",
                floor=voice.money(pay.under.floor),
                people=voice.number(pay.under.people),
                people_share=voice.share(pay.under.people_share),
                hours=voice.hours(pay.under.hours),
                hours_share=voice.share(pay.under.hours_share),
                missing=voice.money(pay.under.missing),
            )
        )
    rejected = pay.rejected
    notes.append(
        voice.say(
            "rejected",
            n=voice.number(rejected.assignments),
            people=voice.number(rejected.people),
            hours=voice.hours(rejected.hours),
            price=voice.money(rejected.price),
        )
        if rejected.assignments
        else voice.say("no-rejected")
    )
    counts = (("waiting", pay.waiting), ("untold", pay.untold), ("given-back", pay.returned))
    notes += [voice.say(name, n=voice.number(count)) for name, count in counts if count]
    return notes


def _labels(made: Audit, voice: Voice) -> Section:
    section = Section(voice.say("labels"), voice.say("labels-note"))
    heads = ("question", "tasks", "answers", "people", "sure", "alpha", "same")
    if made.judged:
        rows = [_question(one, voice) for one in made.judged]
        section.body.append(TextTable("", [voice.say(name) for name in heads], rows))
        if not any(cases for _, cases in (one.right for one in made.judged)):
            section.body.append(voice.say("uncalibrated"))
    else:
        section.body.append(voice.say("no-labels"))
    for one in made.judged:
        section.body.append(_model(one, voice))
        right, cases = one.right
        if cases:
            said = {"right": voice.number(right), "cases": voice.number(cases)}
            section.body.append(voice.say("right", name=one.name, **said))
            section.body.append(voice.say("calibrated", name=one.name, n=said["cases"]))
        if one.replaced:
            section.body.append(voice.say("replaced", name=one.name, n=voice.number(one.replaced)))
        section.body.append(_least_sure(one, voice))
    section.body += [
        voice.say(
            "unjudged",
            name=one.name,
            different=voice.number(one.different),
            answers=voice.number(one.answers),
        )
        for one in made.unjudged
    ]
    return section


def _question(one: QuestionLabels, voice: Voice) -> list[str]:
    alpha = voice.say("unknown") if one.alpha.value is None else voice.number(one.alpha.value, 2)
    if one.alpha.low is not None and one.alpha.high is not None:
        alpha += " " + voice.interval(one.alpha.low, one.alpha.high)
    same = voice.say("unknown") if one.agreement is None else voice.share(one.agreement)
    return [
        one.name,
        voice.number(len(one.tasks)),
        voice.number(one.answers),
        voice.number(one.people),
        voice.share(float(one.confidence.mean())),
        alpha,
        same,
    ]


def _model(one: QuestionLabels, voice: Voice) -> str:
    """Name the model and say why it was taken."""
    if one.right[1] >= ENOUGH_GOLD:
        why = "why-known"
    else:
        why = "why-together" if one.model == "weighted" else "why-held-out"
    return voice.say("model", name=one.name, model=one.model, why=voice.say(why))


def _least_sure(one: QuestionLabels, voice: Voice) -> TextTable:
    order = np.argsort(one.confidence, kind="stable")[:LEAST_SURE].tolist()
    rows = [
        [one.tasks[place], one.labels[one.label[place]], voice.share(float(one.confidence[place]))]
        for place in order
    ]
    head = [voice.say(name) for name in ("task", "label", "confidence")]
    return TextTable(voice.say("least", name=one.name), head, rows, words=2)


def _careless(made: Audit, voice: Voice) -> Section:
    section = Section(voice.say("careless"), voice.say("careless-note"))
    careless, least = made.careless, voice.number(LEAST_ANSWERS)
    if careless is None:
        section.body.append(voice.say("careless-nobody", least=least))
        return section
    if careless.signs:
        rows = [
            [
                _person(made, sign.worker, voice),
                sign.question,
                voice.number(sign.answers),
                voice.share(sign.agreement) + " " + _between(sign.low, sign.high, voice),
                voice.number(sign.p, 3),
            ]
            for sign in careless.signs[:MOST_EVIDENCE]
        ]
        names = ("person", "question", "answers", "agreement", "random")
        head = [voice.say(name) for name in names]
        section.body.append(TextTable("", head, rows, words=2))
        section.body += [
            voice.say("usual", name=name, share=voice.share(share))
            for name, share in careless.usual.items()
        ]
        section.body.append(voice.say("random-means"))
    else:
        section.body.append(voice.say("no-careless", n=voice.number(careless.looked_at)))
    if careless.too_few:
        few = voice.number(careless.too_few)
        section.body.append(voice.say("careless-few", n=few, least=least))
    if careless.signs and not made.asked.shows_ids:
        section.body.append(voice.say("hide"))
    return section


def _person(made: Audit, worker: int, voice: Voice) -> str:
    line = voice.number(made.found.first_line[worker])
    return f"{made.name_of(worker)} ({voice.say('line')} {line})"


def _between(low: float, high: float, voice: Voice) -> str:
    return f"[{voice.share(low)} – {voice.share(high)}]"


def _cannot(voice: Voice) -> Section:
    told = [voice.say(name) for name in CANNOT_TELL]
    return Section(voice.say("cannot"), voice.say("cannot-note"), body=[told])


def _problems(made: Audit, voice: Voice) -> Section:
    problems = made.found.problems
    rows = [
        [voice.number(one.line), one.column, words_of(one, voice.language)]
        for one in problems[:MOST_PROBLEMS]
    ]
    head = [voice.say(name) for name in ("at", "column", "problem")]
    section = Section(voice.say("problems"), body=[TextTable("", head, rows, words=3)])
    if len(problems) > MOST_PROBLEMS:
        more = voice.number(len(problems) - MOST_PROBLEMS)
        section.body.append(voice.say("and-more", n=more))
    return section
