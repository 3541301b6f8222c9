"""Put an audit together from a gathered file, and give it as plain values for JSON."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from canut.core.audit.careless import Careless, look_for_careless_work
from canut.core.audit.gathered import WorkFile
from canut.core.audit.labels import QuestionLabels, Unjudged, judge
from canut.core.audit.pay import Pay, PayPercentiles, Prices, reckon
from canut.core.formats.problems.catalogue import words_of
from canut.core.money import Money

CANNOT_TELL = ("search", "returned", "instructions", "breaks", "fees", "bonuses", "after")


class AuditOptions(NamedTuple):
    """What is wanted of an audit.

    Args:
        source: the platform's name, empty where columns were named by hand.
        file: the file's name, as shown.
        prices: what to read pay in.
        questions: which to judge; all that look like choices when empty.
        shows_ids: whether the platform's names of people may be written.
        seed: of what is drawn by chance (intervals).
    """

    source: str
    file: str
    prices: Prices
    questions: tuple[str, ...] = ()
    shows_ids: bool = False
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Audit:
    """Everything a file of work tells."""

    asked: AuditOptions
    found: WorkFile
    judged: list[QuestionLabels]
    unjudged: list[Unjudged]
    pay: Pay | None
    careless: Careless | None

    def name_of(self, worker: int) -> str:
        """Name a person by their number in the file's order, or as the platform does if asked."""
        return self.ids[worker] if self.asked.shows_ids else str(worker + 1)

    @property
    def ids(self) -> list[str]:
        """The platform's names of people, in the order of their numbers."""
        return list(self.found.workers)


def audit(found: WorkFile, asked: AuditOptions) -> Audit:
    """Judge labels, reckon pay and look for careless work.

    Raises:
        BadInput: floor and pay are in different currencies.
        Missing: a question that was asked for is not in the file.
    """
    judged, unjudged = judge(found, list(asked.questions), asked.seed)
    return Audit(
        asked,
        found,
        judged,
        unjudged,
        reckon(found, asked.prices),
        look_for_careless_work(judged),
    )


def as_json(made: Audit, language: str = "en") -> dict[str, Any]:
    """Return an audit as plain values; money in units of its currency, as exact text."""
    return {
        "file": made.asked.file,
        "platform": made.asked.source or None,
        "rows": made.found.rows,
        "people": len(made.found.workers),
        "assignments": len(made.found.assignments),
        "pay": _pay(made),
        "questions": [_question(judged) for judged in made.judged],
        "not_judged": [one._asdict() for one in made.unjudged],
        "careless": _careless(made),
        "cannot_tell": list(CANNOT_TELL),
        "problems": [
            {
                "line": problem.line,
                "column": problem.column,
                "code": problem.code,
                "words": words_of(problem, language),
            }
            for problem in made.found.problems
        ],
    }


def _pay(made: Audit) -> dict[str, Any] | None:
    pay = made.pay
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
                "person": made.name_of(person.worker),
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


def _question(one: QuestionLabels) -> dict[str, Any]:
    return {
        "question": one.name,
        "tasks": len(one.tasks),
        "answers": one.answers,
        "people": one.people,
        "replaced": one.replaced,
        "model": one.model,
        "why": one.why,
        "temperature": one.temperature,
        "alpha": one.alpha._asdict(),
        "agreement": one.agreement,
        "known": {"right": one.right[0], "cases": one.right[1]},
        "labels": [
            {"task": task, "label": one.labels[label], "confidence": confidence}
            for task, label, confidence in zip(
                one.tasks, one.label.tolist(), one.confidence.tolist(), strict=True
            )
        ],
    }


def _careless(made: Audit) -> dict[str, Any] | None:
    careless = made.careless
    if careless is None:
        return None
    return {
        "usual_agreement": careless.usual,
        "people_looked_at": careless.looked_at,
        "people_with_too_few_answers": careless.too_few,
        "evidence": [
            {
                "person": made.name_of(sign.worker),
                "first_line": made.found.first_line[sign.worker],
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
