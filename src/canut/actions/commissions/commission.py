"""Write a commission, answer its contradictions, and check it before a project opens.

A project of risk 2 and more cannot open without a commission; any other may have one. Until the
project is open to everybody the commission can change; the acceptance test is fixed when the first
people begin.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import transaction

from canut.actions.pay.floors import floors_known
from canut.actions.work.pilot import standing_of
from canut.core.clock import Ms
from canut.core.commissions.acceptance import tasks_for_precision, tasks_needed
from canut.core.commissions.commission import (
    AIMS,
    LEAST_RISK,
    LONGEST_AIM,
    LONGEST_SHORT,
    MOST_HOURS,
    MOST_PEOPLE,
    MOST_PRECISION,
    Aim,
    check_aim,
    check_need,
    read_touched,
)
from canut.core.commissions.contradictions import (
    LEAST_ANSWER,
    LONGEST_ANSWER,
    CommissionFacts,
    Contradiction,
    find_contradictions,
)
from canut.core.errors import BadInput, Conflict, Forbidden, Incomplete, Missing, Refusal
from canut.core.pay.price import hourly_yield
from canut.store.commissions.commissions import (
    columns_of_files,
    commission_of,
    draw_known,
    facts_key,
    is_pending,
    known_available,
    newest_answers,
    proposals_seen,
    touched_of,
)
from canut.store.projects.versions import question_or_none, rate_or_none
from canut.store.tables.commissions import AcceptanceTask, Commission, ContradictionAnswer
from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.work.pilots import rows_waiting, tasks_of

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class CommissionWords:
    """A commission as it is typed.

    Args:
        need: in the client's words, at most 120.
        decision_served: what the results help to decide.
        aims: by name; each with who would notice, and how it is measured.
        touched: groups of people, one a line, with a column of the file after a colon.
        harm_if_wrong: what happens to them where results are wrong.
        redress: how a result can be contested.
        is_about_people: whether somebody decides about people by the results.
        person_named: who answers for these decisions.
        precision_per_mille: half the width of the interval wanted, in thousandths; 0 for none.
        people: how many are expected to work.
        hours_a_day: how long each works on a usual day.
    """

    need: str
    decision_served: str = ""
    aims: Mapping[str, Aim] = field(default_factory=dict[str, Aim])
    touched: str = ""
    harm_if_wrong: str = ""
    redress: str = ""
    is_about_people: bool = False
    person_named: str = ""
    precision_per_mille: int = 0
    people: int = 5
    hours_a_day: int = 2


class ContradictionLine(NamedTuple):
    """A contradiction, with the answer to it; None where nobody gave one."""

    contradiction: Contradiction
    answer: ContradictionAnswer | None


@transaction.atomic
def write_commission(
    project: Project, words: CommissionWords, *, by: Person, now_ms: Ms
) -> Commission:
    """Store the commission of a project, with the text of its aims; the question is noted beside.

    Raises:
        Forbidden: a program writes none.
        Conflict: ``commission-fixed``: the project is open to everybody.
        Incomplete, BadInput: a text is missing, too long or out of range; see ``core.commissions``.
    """
    if by.is_service:
        raise Forbidden("a person writes a commission", code="service-actor")
    _check_pending(project)
    need = check_need(words.need)
    aims = {name: check_aim(name, words.aims.get(name, Aim("", "", ""))) for name in AIMS}
    touched = read_touched(words.touched, set(columns_of_files(project.pk)))
    _check_ranges(words)
    question = question_or_none(project.pk)
    fields: dict[str, object] = {
        "need": need,
        "decision_served": _text(words.decision_served, "decision_served", LONGEST_SHORT),
        "touched": [list(group) for group in touched],
        "harm_if_wrong": _text(words.harm_if_wrong, "harm_if_wrong", LONGEST_AIM),
        "redress": _text(words.redress, "redress", LONGEST_AIM),
        "is_about_people": words.is_about_people,
        "person_named": _text(words.person_named, "person_named", LONGEST_NAME),
        "question_number": question.number if question else None,
        "precision_per_mille": words.precision_per_mille,
        "people": words.people,
        "hours_a_day": words.hours_a_day,
        "by": by,
        "at_ms": now_ms,
    }
    for name, aim in aims.items():
        fields[f"{name}_noticed_by"] = aim.noticed_by
        fields[f"{name}_measure"] = aim.measure
        if aim.text or project.state == Project.State.DRAFT:
            setattr(project, f"aim_{name}", aim.text)
    project.save(update_fields=[f"aim_{name}" for name in AIMS])
    commission, _is_new = Commission.objects.update_or_create(project=project, defaults=fields)
    return commission


def aims_of(project: Project, commission: Commission | None) -> dict[str, Aim]:
    """Return the three aims of a project; what is measured is empty without a commission."""
    return {
        name: Aim(
            getattr(project, f"aim_{name}"),
            getattr(commission, f"{name}_noticed_by", ""),
            getattr(commission, f"{name}_measure", ""),
        )
        for name in AIMS
    }


@transaction.atomic
def set_acceptance(
    project: Project, bar_per_mille: int, slips: int, decided_by: str, *, by: Person
) -> Commission:
    """Set when results are accepted: the bar, the slips allowed, and who decides.

    Raises:
        Missing: the project has no commission.
        Conflict: ``acceptance-fixed``: its tasks are drawn already.
        BadInput: ``acceptance-range``: a number is out of range.
        Incomplete: ``acceptance-who``: nobody is named who decides.
    """
    commission = _lock(project)
    if by.is_service:
        raise Forbidden("a person sets an acceptance test", code="service-actor")
    if commission.fixed_ms is not None:
        raise Conflict("the tasks of the test are drawn; it is fixed", code="acceptance-fixed")
    commission.known_tasks = tasks_needed(bar_per_mille, slips)
    name = _text(decided_by, "decided_by", LONGEST_NAME)
    if not name:
        raise Incomplete(
            "say who decides that the results are accepted",
            code="acceptance-who",
            field="decided_by",
        )
    commission.bar_per_mille, commission.slips, commission.decided_by = bar_per_mille, slips, name
    commission.save(update_fields=["bar_per_mille", "slips", "known_tasks", "decided_by"])
    return commission


def facts_of(project: Project, commission: Commission, now_ms: Ms) -> CommissionFacts:
    """Collect what the rules about a commission compare."""
    hour_micro, floor_micro, currency = _pay_of_hour(project, now_ms)
    tasks = tasks_of(project.pk) or rows_waiting(project.pk)
    proposals = proposals_seen(project.pk, tasks)
    return CommissionFacts(
        risk=project.label,
        redress=commission.redress,
        ethical=project.aim_ethical,
        touched=touched_of(commission),
        hour_micro=hour_micro,
        floor_micro=floor_micro,
        currency=currency,
        shows=proposals.shows,
        hidden=proposals.hidden,
        is_about_people=commission.is_about_people,
        person_named=commission.person_named,
        known_needed=commission.known_tasks or 0,
        known_available=known_available(project.pk),
        precision_tasks=tasks_for_precision(commission.precision_per_mille),
        tasks=tasks,
    )


def contradictions_of(
    project: Project, commission: Commission, now_ms: Ms
) -> list[ContradictionLine]:
    """List the contradictions of a commission as they stand, each with its answer."""
    answers = newest_answers(commission)
    return [
        ContradictionLine(row, answers.get((row.rule.value, facts_key(row.facts))))
        for row in find_contradictions(facts_of(project, commission, now_ms))
    ]


@transaction.atomic
def answer_contradiction(
    project: Project, number: int, words: str, *, by: Person, now_ms: Ms
) -> ContradictionAnswer:
    """Answer a contradiction in words.

    Args:
        project: of the commission.
        number: position in the list of ``contradictions_of``, from 0.
        words: the answer, 20 to 600 characters.
        by: who answers.
        now_ms: the moment.

    Raises:
        Missing: there is no commission, or no such contradiction.
        Forbidden: a program answers none.
        BadInput: ``contradiction-words``: the answer is too short or too long.
    """
    commission = _lock(project)
    if by.is_service:
        raise Forbidden("a person answers a contradiction", code="service-actor")
    lines = contradictions_of(project, commission, now_ms)
    if not 0 <= number < len(lines):
        raise Missing(f"the commission has no contradiction {number}")
    tidy = words.strip()
    if not LEAST_ANSWER <= len(tidy) <= LONGEST_ANSWER:
        raise BadInput(
            f"the answer has {len(tidy)} characters; write {LEAST_ANSWER} to {LONGEST_ANSWER}",
            code="contradiction-words",
            least=LEAST_ANSWER,
            most=LONGEST_ANSWER,
        )
    row = lines[number].contradiction
    return ContradictionAnswer.objects.create(
        commission=commission, rule=row.rule, facts=dict(row.facts), words=tidy, by=by, at_ms=now_ms
    )


def needs_commission(project: Project) -> bool:
    """Return whether a project cannot open without a commission: risk 2 and more, never open."""
    return (project.label or 0) >= LEAST_RISK and is_pending(project)


def check_commission(project: Project, now_ms: Ms) -> None:
    """Check the commission of a project that is about to open.

    A project that was open before is not held: its people know it.

    Raises:
        Incomplete: ``commission-missing``: it needs one and has none; ``aims-missing``: an aim, who
            notices it or its measure is missing; ``contradictions-open``: a contradiction has no
            answer; ``acceptance-missing``: nobody said when results are accepted.
    """
    if not is_pending(project):
        return
    commission = commission_of(project.pk)
    if commission is None:
        if needs_commission(project):
            raise Incomplete(
                f"write the commission first: the risk of this project is {project.label}",
                code="commission-missing",
                field="commission",
                risk=project.label or 0,
            )
        return
    missing = [name for name, aim in aims_of(project, commission).items() if not aim.is_whole]
    if missing:
        raise Incomplete(
            f"write the {missing[0]} aim: what it is, who would notice, how it is measured",
            code="aims-missing",
            field="commission",
            count=len(missing),
        )
    if commission.bar_per_mille is None:
        raise Incomplete(
            "say when the results are accepted, and who decides",
            code="acceptance-missing",
            field="commission",
        )
    unanswered = [
        line for line in contradictions_of(project, commission, now_ms) if not line.answer
    ]
    if unanswered:
        raise Incomplete(
            f"{len(unanswered)} contradictions of the commission have no answer",
            code="contradictions-open",
            field="commission",
            count=len(unanswered),
        )


@transaction.atomic
def fix_acceptance(project: Project, now_ms: Ms) -> int:
    """Draw the hidden known tasks of an acceptance test, once; return how many.

    The draw is even, the same each time, and leaves out what selects models or is gold.
    """
    commission = Commission.objects.select_for_update().filter(project=project).first()
    if commission is None or commission.known_tasks is None or commission.fixed_ms is not None:
        return 0
    drawn = draw_known(project.pk, commission.known_tasks)
    AcceptanceTask.objects.bulk_create(
        [AcceptanceTask(task_id=task, commission=commission) for task in drawn]
    )
    commission.fixed_ms = now_ms
    commission.save(update_fields=["fixed_ms"])
    return len(drawn)


def _pay_of_hour(project: Project, now_ms: Ms) -> tuple[int | None, int | None, str]:
    """Return the pay of an hour at the middle pace, the highest floor, and their currency."""
    rate = rate_or_none(project.pk)
    if rate is None or project.is_own_staff:
        return None, None, ""
    try:
        floor = floors_known(project, rate.currency, now_ms)[0]
        verdict = standing_of(project, now_ms).verdict
    except Refusal:
        return None, None, rate.currency
    hour_micro: int | None = None
    if verdict is not None and verdict.middle is not None:
        hour_micro = verdict.middle.micro
    elif rate.task_ms:
        declared = rate.declared
        hour_micro = hourly_yield(declared.piece, rate.task_ms).micro + rate.by_hour_micro
    return hour_micro, floor.micro if floor else None, rate.currency


def _check_pending(project: Project) -> None:
    if not is_pending(project):
        raise Conflict(
            "the project is open; its commission is what people accepted", code="commission-fixed"
        )


def _lock(project: Project) -> Commission:
    commission = Commission.objects.select_for_update().filter(project=project).first()
    if commission is None:
        raise Missing("this project has no commission", code="no-commission")
    _check_pending(project)
    return commission


def _text(text: str, name: str, limit: int) -> str:
    tidy = text.strip()
    if len(tidy) > limit:
        raise BadInput(
            f"{name} has {len(tidy)} characters; at most {limit}",
            code="too-long",
            field=name,
            limit=limit,
        )
    return tidy


def _check_ranges(words: CommissionWords) -> None:
    ranges = (
        ("precision", words.precision_per_mille, 0, MOST_PRECISION),
        ("people", words.people, 1, MOST_PEOPLE),
        ("hours", words.hours_a_day, 1, MOST_HOURS),
    )
    for name, number, least, most in ranges:
        if not least <= number <= most:
            raise BadInput(
                f"{name} is {number}; it must be between {least} and {most}",
                code="commission-range",
                field=name,
                least=least,
                most=most,
            )
