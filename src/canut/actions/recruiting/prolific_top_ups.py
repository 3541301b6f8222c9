"""Pay through Prolific what its reward lacks to the floor of each person's time.

Two calls: the first sets bonuses up and says what they cost, the second pays them, sent by a
person. Prolific pays twice if it is called twice; so a batch is marked as sent before the call, and
where no answer comes a person looks there and says what happened. Who gave their work terms here is
paid by Canut, up to the floor, and is left out.
"""

from typing import NamedTuple

from django.db import transaction

from canut.actions.pay.floors import floor_to_expect
from canut.actions.recruiting.prolific_client import ProlificClient
from canut.actions.recruiting.prolific_studies import check_currency, get_prolific_study
from canut.actions.time.measure import credited_intervals
from canut.core.clock import Ms
from canut.core.errors import Conflict, Incomplete, Missing
from canut.core.money import Money, minor_unit
from canut.core.recruiting.prolific_api import SETTLED, ListedSubmission, top_up_micro
from canut.store.people.work_terms import terms_of
from canut.store.recruiting.prolific import batches_of, find_batch, sent_by_person
from canut.store.tables.integrations import PanelLink, Recruited
from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.recruiting.prolific import ProlificStudy, TopUp, TopUpBatch

CLIENT_ERRORS = range(400, 500)


class Owed(NamedTuple):
    """What one person is owed besides Prolific's reward: their submission, time and amount."""

    person: int
    number: str
    member: str
    time_ms: Ms
    micro: int


class TopUpPlan(NamedTuple):
    """Who is owed what, and the floor of an hour it was counted with."""

    per_hour: Money
    owed: list[Owed]

    @property
    def micro(self) -> int:
        """Return the sum, in micro-units."""
        return sum(row.micro for row in self.owed)


def plan_top_ups(project: Project, rows: list[ListedSubmission], now_ms: Ms) -> TopUpPlan:
    """Count what the people of a study are owed, by Canut's measure of their time. Reads only.

    Submissions that still wait at Prolific are not counted: they are approved first.

    Raises:
        Missing: ``prolific-none``.
        Incomplete: ``prolific-floor``: no floor is known for the project.
        BadInput: ``prolific-currency``: the floor is in another currency than the study.
    """
    study = get_prolific_study(project)
    per_hour = _floor(study, now_ms)
    recruited = {
        row.member: row.person_id
        for row in Recruited.objects.filter(project=project, panel=PanelLink.Panel.PROLIFIC)
    }
    settled = [
        (recruited[row.submission.member], row)
        for row in rows
        if row.submission.state in SETTLED and row.submission.member in recruited
    ]
    times = _times(project, [person for person, _row in settled], now_ms)
    sent = sent_by_person(study)
    owed: list[Owed] = []
    for person, row in settled:
        if terms_of(person, now_ms) is not None:
            continue
        time_ms = times.get(person, 0)
        micro = top_up_micro(_rewarded(row, study), time_ms, per_hour, sent.get(person, 0))
        if micro:
            member = row.submission.member
            owed.append(Owed(person, row.submission.number, member, time_ms, micro))
    return TopUpPlan(per_hour, owed)


def set_up_top_ups(project: Project, *, by: Person, now_ms: Ms) -> TopUpBatch:
    """Set up the top-ups of a study at Prolific: the first call. Nothing is paid yet.

    Raises:
        Conflict: ``prolific-batch-open``: an earlier batch is not settled.
        Missing: ``prolific-none``, or ``prolific-no-top-up``: nobody is owed anything.
        Incomplete, BadInput: raised by ``plan_top_ups``.
    """
    study = get_prolific_study(project)
    _check_settled(study)
    client = ProlificClient(project.organisation_id)
    plan = plan_top_ups(project, client.list_submissions(study.number), now_ms)
    if not plan.owed:
        raise Missing("nobody is owed anything besides the reward", code="prolific-no-top-up")
    amounts = [(row.number, row.micro) for row in plan.owed]
    quote = client.set_up_bonuses(study.number, amounts, study.currency)
    with transaction.atomic():
        ProlificStudy.objects.select_for_update().get(pk=study.pk)
        _check_settled(study)
        batch = TopUpBatch.objects.create(
            study=study,
            number=quote.number,
            amount_micro=plan.micro,
            fees_micro=quote.fees_micro,
            state=TopUpBatch.State.SET_UP,
            by=by,
            set_up_ms=now_ms,
        )
        TopUp.objects.bulk_create(
            TopUp(batch=batch, person_id=row.person, time_ms=row.time_ms, micro=row.micro)
            for row in plan.owed
        )
    return batch


def pay_top_ups(project: Project, number: int, now_ms: Ms) -> TopUpBatch:
    """Pay a batch: the second call, made once. Without an answer the batch stays ``SENT``.

    Raises:
        Missing: ``prolific-batch-gone``.
        Conflict: ``prolific-batch-settled``: it was sent before.
    """
    study = get_prolific_study(project)
    client = ProlificClient(project.organisation_id)
    with transaction.atomic():
        is_first = TopUpBatch.objects.filter(
            study=study, pk=number, state=TopUpBatch.State.SET_UP
        ).update(state=TopUpBatch.State.SENT, sent_ms=now_ms)
    batch = _get_batch(study, number)
    if not is_first:
        raise Conflict("these top-ups were sent before", code="prolific-batch-settled")
    reply = client.pay_bonuses(batch.number)
    if not reply.error:
        batch.state = TopUpBatch.State.PAID
    elif reply.code in CLIENT_ERRORS:
        batch.state = TopUpBatch.State.REFUSED
    batch.save(update_fields=["state"])
    return batch


@transaction.atomic
def settle_batch(project: Project, number: int, *, is_paid: bool) -> None:
    """Record what a person saw at Prolific of a batch that was sent without an answer.

    Raises:
        Missing: ``prolific-batch-gone``.
        Conflict: ``prolific-batch-settled``.
    """
    study = get_prolific_study(project)
    _get_batch(study, number)
    state = TopUpBatch.State.PAID if is_paid else TopUpBatch.State.REFUSED
    open_rows = TopUpBatch.objects.filter(study=study, pk=number, state=TopUpBatch.State.SENT)
    if not open_rows.update(state=state):
        raise Conflict("this batch is settled", code="prolific-batch-settled")


@transaction.atomic
def cancel_batch(project: Project, number: int) -> None:
    """Forget a batch that was set up and never sent; Prolific pays nothing without the second call.

    Raises:
        Missing: ``prolific-batch-gone``.
        Conflict: ``prolific-batch-settled``.
    """
    study = get_prolific_study(project)
    _get_batch(study, number)
    unsent = TopUpBatch.objects.filter(study=study, pk=number, state=TopUpBatch.State.SET_UP)
    count, _by_table = unsent.delete()
    if not count:
        raise Conflict("this batch was sent", code="prolific-batch-settled")


def _check_settled(study: ProlificStudy) -> None:
    is_open = {TopUpBatch.State.SET_UP, TopUpBatch.State.SENT}
    if any(batch.state in is_open for batch in batches_of(study)):
        raise Conflict("settle the top-ups that are set up first", code="prolific-batch-open")


def _get_batch(study: ProlificStudy, number: int) -> TopUpBatch:
    batch = find_batch(study, number)
    if batch is None:
        raise Missing("there are no such top-ups", code="prolific-batch-gone")
    return batch


def _floor(study: ProlificStudy, now_ms: Ms) -> Money:
    check_currency(study)
    per_hour = floor_to_expect(study.project, study.currency, now_ms)
    if per_hour is None:
        raise Incomplete(
            f"no floor of an hour is known in {study.currency} for this project",
            code="prolific-floor",
            there=study.currency,
        )
    return per_hour


def _times(project: Project, people: list[int], now_ms: Ms) -> dict[int, int]:
    """Return the time of people in a project that counts, in milliseconds."""
    times: dict[int, int] = {}
    for interval in credited_intervals(people, 0, now_ms) if people else []:
        if interval.project == project.pk:
            length_ms = interval.end_ms - interval.begin_ms
            times[interval.person] = times.get(interval.person, 0) + length_ms
    return times


def _rewarded(row: ListedSubmission, study: ProlificStudy) -> ListedSubmission:
    """Return a submission with the study's reward where the list gives none for an approved one."""
    if row.reward or row.submission.state != "approved":
        return row
    return row._replace(reward=study.reward_micro // minor_unit(study.currency))
