"""Run a pilot before a project opens: a few people, a few tasks, and a check of the price.

A project with paid people is first leased to everybody invited, at most twenty tasks each, the same
sample spread over the whole file. Once five people, or everybody invited if fewer, have done five,
or three with whom the requester judges, its price can be judged (``core.pay.pilot``). The funds
are locked first. Opening itself is in ``projects.setup``.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from canut.actions.pay.floors import floor_of
from canut.actions.pay.funds import check_funds, lock_funds
from canut.actions.pay.required_funds import need_of, need_of_pilot
from canut.actions.time.task_times import Worked, time_of, worked
from canut.actions.work.project_state import UNSAID, Because, enter_state
from canut.core.errors import Conflict, Incomplete
from canut.core.money import Money, divided_up
from canut.core.pay.pilot import (
    PEOPLE_LEAST,
    PEOPLE_WANTED,
    TASKS_AT_MOST,
    PilotPerson,
    PilotVerdict,
    Reach,
    judge,
    reach_of,
)
from canut.core.pay.required_funds import Need
from canut.core.places.parameters import Status
from canut.store.models import Person, Pilot, Project, RateVersion, TaskState
from canut.store.pay import pay_lines
from canut.store.pay.funds import chain_of
from canut.store.people.work_terms import terms_expected
from canut.store.projects.versions import rate_or_none
from canut.store.work.pilots import answers_by_worker, invited, is_passed_at, pilot_of, tasks_of

FIRST = -1  # the sample's priority: before every other task


@dataclass(frozen=True)
class PilotStatus:
    """The progress and verdict of a pilot.

    Args:
        reach: how many have done their part, of how many.
        verdict: what it says of the price; None before anybody answered.
        unknown: how many answered and have not said where they work.
        by_beats: of how many the time is measured; of the others it is elapsed.
        people: how many answered.
    """

    reach: Reach
    verdict: PilotVerdict | None
    unknown: int
    by_beats: int
    people: int

    @property
    def may_open(self) -> bool:
        """Return whether the project can be opened at this price."""
        is_told = self.reach.is_enough and not self.unknown
        return is_told and self.verdict is not None and self.verdict.may_open


@transaction.atomic
def open_pilot(project: Project, now_ms: int, because: Because = UNSAID) -> Pilot:
    """Open a pilot on a sample of the tasks, once its funds are locked.

    Raises:
        Incomplete: the chain is not declared, or somebody works in a place whose floor is unknown.
        Unfunded: the money is not there.
    """
    needed = check_pilot(project, now_ms)
    lock_funds(project, needed.total, "pilot", now_ms)
    pilot = pilot_of(project.id) or Pilot.objects.create(
        project=project, begun_ms=now_ms, sample=_choose_sample(project)
    )
    enter_state(project, Project.State.PILOT, now_ms, because)
    return pilot


def check_pilot(project: Project, now_ms: int) -> Need:
    """Check that a pilot may begin; return the funds to lock for it.

    Raises:
        Incomplete: the chain is not declared, or somebody works in a place whose floor is unknown.
        Unfunded: the money is not there.
    """
    if chain_of(project.id) is None:
        raise Incomplete(
            "say who the client is and who is paid on the way before opening the project",
            code="chain-missing",
            field="chain",
        )
    needed = need_of_pilot(project, now_ms)
    check_funds(project, needed.total)
    return needed


def standing_of(project: Project, now_ms: int) -> PilotStatus:
    """Return how far the pilot is, and its verdict on the current price.

    Raises:
        Incomplete: somebody works in a place whose floor is not known.
    """
    pilot, rate = pilot_of(project.id), rate_or_none(project.id)
    if pilot is None or rate is None:
        return PilotStatus(reach_of([], invited(project.id), 0, is_used_up=False), None, 0, 0, 0)
    passed_ms = pilot.passed_ms if is_passed_at(pilot, rate) else None
    results = list(worked(project, pilot.begun_ms, (passed_ms or now_ms) + 1).values())
    tried, unknown = pilot_outcomes(project, rate, results, now_ms)
    open_tasks = TaskState.objects.filter(project=project, state=TaskState.State.OPEN)
    reach = reach_of(
        list(answers_by_worker(project.id).values()),
        invited(project.id),
        tasks_of(project.id),
        is_used_up=not open_tasks.exists(),
        settled=pilot.people,
    )
    piece = Money(rate.piece_micro, rate.currency)
    verdict = judge(piece, tried, time_of(results)) if tried else None
    by_beats = sum(1 for row in results if row.is_measured)
    return PilotStatus(reach, verdict, unknown, by_beats, len(results))


def pilot_outcomes(
    project: Project, rate: RateVersion, results: list[Worked], now_ms: int
) -> tuple[list[PilotPerson], int]:
    """Compare each paid person with their own floor; count those without known terms.

    Raises:
        Incomplete: somebody works in a place whose floor is not known.
    """
    tried: list[PilotPerson] = []
    unknown = 0
    for row in results:
        terms = terms_expected(row.person, now_ms) if row.person else None
        if terms is None:
            unknown += 1
        elif Status(terms.status).is_paid_here:
            floor = floor_of(project, rate.currency, terms, now_ms).per_hour
            hour = rate.by_hour_micro
            tried.append(PilotPerson(row.worker, row.pieces, row.time_ms, floor, hour))
    return tried, unknown


def places_said(project: Project, now_ms: int) -> tuple[list[Person], list[tuple[Person, str]]]:
    """Return who answered and has not said where they work, then who has, with their place."""
    missing: list[Person] = []
    places: list[tuple[Person, str]] = []
    answered = [worker for worker, count in answers_by_worker(project.id).items() if count]
    people = Person.objects.filter(workers__in=answered).order_by("workers__id")
    for person in people:
        terms = terms_expected(person.pk, now_ms)
        if terms is None:
            missing.append(person)
        else:
            places.append((person, terms.place))
    return missing, places


def tried_so_far(project: Project, now_ms: int) -> list[PilotPerson]:
    """Compare each paid person of the pilot with their own floor; empty without a pilot.

    Raises:
        Incomplete: somebody works in a place whose floor is not known.
    """
    pilot, rate = pilot_of(project.id), rate_or_none(project.id)
    if pilot is None or rate is None:
        return []
    results = worked(project, pilot.begun_ms, now_ms + 1)
    return pilot_outcomes(project, rate, list(results.values()), now_ms)[0]


@transaction.atomic
def judge_with_these(project: Project, now_ms: int) -> Pilot:
    """Judge the pilot with those who have done their part; the others are not waited for.

    Raises:
        Incomplete: there is no pilot, or fewer than three people have done their part.
    """
    pilot, reach = pilot_of(project.id), standing_of(project, now_ms).reach
    if pilot is None or not (reach.may_be_judged or reach.is_enough):
        raise Incomplete(
            f"{reach.people} people have done their part; {PEOPLE_LEAST} are the least",
            code="pilot-few",
            seen=reach.people,
            least=PEOPLE_LEAST,
        )
    pilot.people = min(reach.people, PEOPLE_WANTED)
    pilot.save(update_fields=["people"])
    return pilot


@transaction.atomic
def pass_pilot(project: Project, now_ms: int) -> Pilot:
    """Judge the pilot; store its evidence, and lock the funds for the whole project.

    A price that has passed, or a higher one in the same currency, is judged by what was kept.

    Raises:
        Incomplete: there was no pilot, it is too short, or somebody's terms are not known.
        Conflict: ``price-too-low``: too many would need a top-up.
        Unfunded: the money for the whole is not there.
    """
    pilot, rate = pilot_of(project.id), rate_or_none(project.id)
    if pilot is None or rate is None:
        raise Incomplete(
            "try the project out first: five people, or everybody invited, on a few tasks",
            code="pilot-first",
            field="pilot",
        )
    if not is_passed_at(pilot, rate):
        standing = standing_of(project, now_ms)
        _check_standing(standing)
        tried, _unknown = pilot_outcomes(
            project, rate, list(worked(project, pilot.begun_ms, now_ms + 1).values()), now_ms
        )
        pilot.tried = [
            {"worker": t.who, "pieces": t.pieces, "ms": t.time_ms, "floor": t.floor.micro}
            for t in tried
        ]
        pilot.passed_ms, pilot.passed_rate = now_ms, rate
        pilot.save(update_fields=["tried", "passed_ms", "passed_rate"])
    lock_funds(project, need_of(project, now_ms).total, "project", now_ms)
    return pilot


def left_in_pilot(worker_id: int) -> int:
    """Return how many more tasks a worker may get during the pilot."""
    return TASKS_AT_MOST - pay_lines.count_answers_beyond_practice(worker_id, TASKS_AT_MOST)


def _check_standing(standing: PilotStatus) -> None:
    if not standing.reach.is_enough:
        raise Incomplete(
            f"{standing.reach.people} of {standing.reach.wanted} people have done their part of "
            "the pilot; wait for the others",
            code="pilot-short",
            seen=standing.reach.people,
            wanted=standing.reach.wanted,
        )
    if standing.unknown:
        raise Incomplete(
            f"{standing.unknown} people have not said where they work; their floor is not known",
            code="terms-unknown",
            seen=standing.unknown,
        )
    verdict = standing.verdict
    if verdict is None:
        raise Incomplete(
            "nobody who is paid has answered in the pilot yet", code="pilot-empty", field="pilot"
        )
    if not verdict.may_open:
        proposed = verdict.proposed_by_hour or verdict.proposed
        raise Conflict(
            f"at this price {verdict.people_short} of {verdict.people} people would need a top-up; "
            f"the smallest price that would do is {proposed.decimal if proposed else 'none'}",
            code="price-too-low",
            short=verdict.people_short,
            people=verdict.people,
            proposed_micro=proposed.micro if proposed else 0,
            currency=verdict.piece.currency,
        )


def _choose_sample(project: Project) -> int:
    """Put a sample first, spread evenly over the file; return how many tasks it has."""
    size = max(TASKS_AT_MOST, divided_up(PEOPLE_WANTED * TASKS_AT_MOST, project.overlap))
    step = max(1, tasks_of(project.id) // size)
    tasks = TaskState.objects.filter(project=project, state=TaskState.State.OPEN)
    rows = tasks.annotate(rest=F("task__row") % step).filter(rest=0).order_by("task_id")
    chosen = list(rows.values_list("task_id", flat=True)[:size])
    TaskState.objects.filter(task_id__in=chosen).update(priority=FIRST)
    return len(chosen)
