"""Write an audit as sections of sentences, tables and charts, for both text and page."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from canut.core.audit.charts import Bar, bars, intervals
from canut.core.audit.labels import QuestionLabels
from canut.core.audit.pay import HourlyPay, PayPercentiles
from canut.core.audit.report import CANNOT_TELL, Audit
from canut.core.audit.words import AuditLanguage
from canut.core.formats.problems.catalogue import words_of
from canut.core.quality.measures.outliers import LEAST_ANSWERS

LEAST_SURE, MOST_PROBLEMS, MOST_EVIDENCE = 8, 20, 20


class TextTable(NamedTuple):
    """Rows of text; the first ``words`` columns are words, the others figures."""

    title: str
    head: list[str]
    rows: list[list[str]]
    words: int = 1


class AuditChart(NamedTuple):
    """A drawing and its title."""

    title: str
    svg: str


@dataclass(slots=True)
class Section:
    """One section of an audit: its name, a note, the finding, and the evidence."""

    name: str
    note: str = ""
    finding: str = ""
    body: list[str | TextTable | AuditChart | list[str]] = field(
        default_factory=list["str | TextTable | AuditChart | list[str]"]
    )


def sections(result: Audit, voice: AuditLanguage) -> list[Section]:
    """Return all sections of an audit, in order."""
    sections_so_far = [
        _pay(result, voice),
        _labels(result, voice),
        _careless(result, voice),
        _cannot(voice),
    ]
    if result.found.problems:
        sections_so_far.append(_problems(result, voice))
    return sections_so_far


def introduction(result: Audit, voice: AuditLanguage) -> str:
    """Describe the file in one line."""
    return voice.say(
        "what",
        source=result.asked.source or voice.say("columns"),
        rows=voice.number(result.found.rows),
        people=voice.number(len(result.found.workers)),
        assignments=voice.number(len(result.found.assignments)),
    )


def _pay(result: Audit, voice: AuditLanguage) -> Section:
    section = Section(voice.say("pay"), voice.say("pay-note"))
    pay = result.pay
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
    chart_bars = [Bar(n, *(float(money.decimal) for money in spread)) for n, spread in named]
    rates = [float(person.hourly.decimal) for person in pay.people]
    title = voice.say("chart-spread")
    section.body.append(AuditChart(title, intervals(chart_bars, line, title)))
    if pay.by_person_once and pay.by_person_once != pay.by_person:
        named.append((voice.say("once"), pay.by_person_once))
    head = [voice.say("per-hour", currency=pay.paid.currency), "p10", voice.say("median"), "p90"]
    section.body.append(TextTable("", head, [_row(voice, n, spread) for n, spread in named]))
    title = voice.say("chart-people")
    section.body.append(AuditChart(title, bars(rates, line, title)))
    section.body += _notes(pay, voice)
    return section


def _row(voice: AuditLanguage, name: str, spread: PayPercentiles) -> list[str]:
    return [name, *(voice.amount(money) for money in spread)]


def _notes(pay: HourlyPay, voice: AuditLanguage) -> list[str]:
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


def _labels(result: Audit, voice: AuditLanguage) -> Section:
    section = Section(voice.say("labels"), voice.say("labels-note"))
    heads = ("question", "tasks", "answers", "people", "sure", "alpha", "same")
    if result.judged:
        rows = [_question(question, voice) for question in result.judged]
        section.body.append(TextTable("", [voice.say(name) for name in heads], rows))
        if not any(cases for _, cases in (question.right for question in result.judged)):
            section.body.append(voice.say("uncalibrated"))
    else:
        section.body.append(voice.say("no-labels"))
    for question in result.judged:
        section.body.append(_model(question, voice))
        right, cases = question.right
        if cases:
            facts = {"right": voice.number(right), "cases": voice.number(cases)}
            section.body.append(voice.say("right", name=question.name, **facts))
            section.body.append(voice.say("calibrated", name=question.name, n=facts["cases"]))
        if question.replaced:
            section.body.append(
                voice.say("replaced", name=question.name, n=voice.number(question.replaced))
            )
        section.body.append(_least_sure(question, voice))
    section.body += [
        voice.say(
            "unjudged",
            name=question.name,
            different=voice.number(question.different),
            answers=voice.number(question.answers),
        )
        for question in result.unjudged
    ]
    return section


def _question(question: QuestionLabels, voice: AuditLanguage) -> list[str]:
    alpha = (
        voice.say("unknown")
        if question.alpha.value is None
        else voice.number(question.alpha.value, 2)
    )
    if question.alpha.low is not None and question.alpha.high is not None:
        alpha += " " + voice.interval(question.alpha.low, question.alpha.high)
    same = voice.say("unknown") if question.agreement is None else voice.share(question.agreement)
    return [
        question.name,
        voice.number(len(question.tasks)),
        voice.number(question.answers),
        voice.number(question.people),
        voice.share(float(question.confidence.mean())),
        alpha,
        same,
    ]


def _model(question: QuestionLabels, voice: AuditLanguage) -> str:
    """Name the model and the reason for choosing it."""
    reason = "why-known" if question.right[1] else "why-simulated"
    return voice.say("model", name=question.name, model=question.model, why=voice.say(reason))


def _least_sure(question: QuestionLabels, voice: AuditLanguage) -> TextTable:
    order = np.argsort(question.confidence, kind="stable")[:LEAST_SURE].tolist()
    rows = [
        [
            question.tasks[index],
            question.labels[question.label[index]],
            voice.share(float(question.confidence[index])),
        ]
        for index in order
    ]
    head = [voice.say(name) for name in ("task", "label", "confidence")]
    return TextTable(voice.say("least", name=question.name), head, rows, words=2)


def _careless(result: Audit, voice: AuditLanguage) -> Section:
    section = Section(voice.say("careless"), voice.say("careless-note"))
    careless, least = result.careless, voice.number(LEAST_ANSWERS)
    if careless is None:
        section.body.append(voice.say("careless-nobody", least=least))
        return section
    if careless.signs:
        rows = [
            [
                _person(result, sign.worker, voice),
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
    if careless.signs and not result.asked.shows_ids:
        section.body.append(voice.say("hide"))
    return section


def _person(result: Audit, worker: int, voice: AuditLanguage) -> str:
    line = voice.number(result.found.first_line[worker])
    return f"{result.name_of(worker)} ({voice.say('line')} {line})"


def _between(low: float, high: float, voice: AuditLanguage) -> str:
    return f"[{voice.share(low)} – {voice.share(high)}]"


def _cannot(voice: AuditLanguage) -> Section:
    sentences = [voice.say(name) for name in CANNOT_TELL]
    return Section(voice.say("cannot"), voice.say("cannot-note"), body=[sentences])


def _problems(result: Audit, voice: AuditLanguage) -> Section:
    problems = result.found.problems
    rows = [
        [voice.number(problem.line), problem.column, words_of(problem, voice.language)]
        for problem in problems[:MOST_PROBLEMS]
    ]
    head = [voice.say(name) for name in ("at", "column", "problem")]
    section = Section(voice.say("problems"), body=[TextTable("", head, rows, words=3)])
    if len(problems) > MOST_PROBLEMS:
        more = voice.number(len(problems) - MOST_PROBLEMS)
        section.body.append(voice.say("and-more", n=more))
    return section
