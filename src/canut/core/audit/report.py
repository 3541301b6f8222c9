"""Assemble an audit from a collected file, and write it as plain values for JSON."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from canut.core.audit.careless import Careless, look_for_careless_work
from canut.core.audit.gathered import WorkFile
from canut.core.audit.labels import QuestionLabels, Unjudged, judge
from canut.core.audit.pay import HourlyPay, PayPercentiles, Prices, reckon
from canut.core.formats.problems.catalogue import words_of
from canut.core.money import Money

CANNOT_TELL = ("search", "returned", "instructions", "breaks", "fees", "bonuses", "after")


class AuditOptions(NamedTuple):
    """Options of an audit.

    Args:
        source: the platform's name, empty if columns were named manually.
        file: the file's name, as shown.
        prices: currency, default price, exchange rate and floor.
        questions: which to judge; all that look like choices when empty.
        shows_ids: whether the platform's names of people may be written.
        seed: seed of random numbers (intervals).
    """

    source: str
    file: str
    prices: Prices
    questions: tuple[str, ...] = ()
    shows_ids: bool = False
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Audit:
    """The result of auditing a file of work."""

    asked: AuditOptions
    found: WorkFile
    judged: list[QuestionLabels]
    unjudged: list[Unjudged]
    pay: HourlyPay | None
    careless: Careless | None

    def name_of(self, worker: int) -> str:
        """Return a person's number in the file's order, or the platform's id if requested."""
        return self.ids[worker] if self.asked.shows_ids else str(worker + 1)

    @property
    def ids(self) -> list[str]:
        """Return the platform's ids of people, in the order of their numbers."""
        return list(self.found.workers)


def audit(work: WorkFile, options: AuditOptions) -> Audit:
    """Estimate labels, compute pay and look for careless work.

    Raises:
        BadInput: floor and pay are in different currencies.
        Missing: a requested question is not in the file.
    """
    judged, unjudged = judge(work, list(options.questions), options.seed)
    return Audit(
        options,
        work,
        judged,
        unjudged,
        reckon(work, options.prices),
        look_for_careless_work(judged),
    )


def as_json(result: Audit, language: str = "en") -> dict[str, Any]:
    """Return an audit as plain values; money in units of its currency, as exact text."""
    return {
        "file": result.asked.file,
        "platform": result.asked.source or None,
        "rows": result.found.rows,
        "people": len(result.found.workers),
        "assignments": len(result.found.assignments),
        "pay": _pay(result),
        "questions": [_question(judged) for judged in result.judged],
        "not_judged": [question._asdict() for question in result.unjudged],
        "careless": _careless(result),
        "cannot_tell": list(CANNOT_TELL),
        "problems": [
            {
                "line": problem.line,
                "column": problem.column,
                "code": problem.code,
                "words": words_of(problem, language),
            }
            for problem in result.found.problems
        ],
    }


def _pay(result: Audit) -> dict[str, Any] | None:
    pay = result.pay
    if pay is None:
        return None
    once, under = pay.by_person_once, pay.under
    return {
        "currency": pay.paid.currency,
        "hours": pay.hours,
        "paid": _amount(pay.paid),
        "people": len(pay.people),
        "by_person": _spread(pay.by_person),
        "by_hour": _spread(pay.by_hour),
        "by_person_overlaps_once": _spread(once) if once else None,
        "under_floor": under
        and {
            "floor": _amount(under.floor),
            "people": under.people,
            "people_share": under.people_share,
            "hours": under.hours,
            "hours_share": under.hours_share,
            "missing": _amount(under.missing),
        },
        "rejected_unpaid": {
            "assignments": pay.rejected.assignments,
            "people": pay.rejected.people,
            "hours": pay.rejected.hours,
            "price": _amount(pay.rejected.price),
        },
        "waiting_counted_as_paid": pay.waiting,
        "returned": pay.returned,
        "without_time_or_price": pay.untold,
        "each": [
            {
                "person": result.name_of(person.worker),
                "assignments": person.assignments,
                "hours": person.time_ms / 3_600_000,
                "paid": _amount(person.paid),
                "hourly": _amount(person.hourly),
            }
            for person in pay.people
        ],
    }


def _spread(spread: PayPercentiles) -> dict[str, str]:
    return {name: _amount(money) for name, money in spread._asdict().items()}


def _amount(money: Money) -> str:
    return f"{money.decimal:.6f}".rstrip("0").rstrip(".")


def _question(question: QuestionLabels) -> dict[str, Any]:
    return {
        "question": question.name,
        "tasks": len(question.tasks),
        "answers": question.answers,
        "people": question.people,
        "replaced": question.replaced,
        "model": question.model,
        "why": question.why,
        "temperature": question.temperature,
        "alpha": question.alpha._asdict(),
        "agreement": question.agreement,
        "known": {"right": question.right[0], "cases": question.right[1]},
        "labels": [
            {"task": task, "label": question.labels[label], "confidence": confidence}
            for task, label, confidence in zip(
                question.tasks, question.label.tolist(), question.confidence.tolist(), strict=True
            )
        ],
    }


def _careless(result: Audit) -> dict[str, Any] | None:
    careless = result.careless
    if careless is None:
        return None
    return {
        "usual_agreement": careless.usual,
        "people_looked_at": careless.looked_at,
        "people_with_too_few_answers": careless.too_few,
        "evidence": [
            {
                "person": result.name_of(sign.worker),
                "first_line": result.found.first_line[sign.worker],
                "question": sign.question,
                "answers": sign.answers,
                "agreement": sign.agreement,
                "interval": [sign.low, sign.high],
                "bits_an_answer": sign.bits,
                "p_random": sign.p,
            }
            for sign in careless.signs
        ],
    }
