"""Pay bonuses, list them, and return the balance of an organisation.

A bonus is a pay line of its own on the day it was granted, with the requester's reason, which the
worker reads on the statement. It counts toward the floor of its period alone and changes no closed
statement.
"""

from collections.abc import Sequence

from django.db import transaction

from canut.actions.pay.funds import reserve_funds
from canut.actions.turk.assignments import get_answer
from canut.actions.turk.calls import Call, Reply, seconds
from canut.actions.turk.hit_shapes import get_hit
from canut.actions.turk.names import name_assignments, name_people
from canut.actions.turk.paging import page_of
from canut.actions.turk.tokens import check_new, keep_token
from canut.core.errors import Unfunded
from canut.core.money import Money
from canut.core.pay.statement_input import BONUS
from canut.core.turk.amounts import read_amount, write_amount
from canut.core.turk.refusals import canut_error, invalid, missing, request_error
from canut.core.turk.states import AssignmentStatus
from canut.store.models import Bonus, PayAdjustment, RequestToken
from canut.store.pay.periods import paid_until_ms
from canut.store.turk.hits import is_assignment, person_named
from canut.store.turk.money import balance_of_organisation

MOST_BONUS_MICRO = 10_000_000_000


@transaction.atomic
def send_bonus(call: Call) -> Reply:
    """Pay a worker besides the price of an answer they gave.

    Raises:
        TurkError: the token was used, the assignment is another's, or the money is missing.
    """
    check_new(call, RequestToken.Family.BONUS)
    answer = get_answer(call, AssignmentStatus.APPROVED, AssignmentStatus.SUBMITTED)
    person = person_named(call.organisation, call.text("WorkerId"))
    if person is None:
        raise missing("Worker", call.text("WorkerId"))
    if person != answer.worker.person_id:
        raise request_error(
            "WorkerAssignmentMismatch",
            f"Worker {call.text('WorkerId')} did not submit the assignment"
            f" {call.text('AssignmentId')}.",
        )
    micro = read_amount(call.text("BonusAmount"), "BonusAmount")
    reason = call.text("Reason").strip()
    if not 0 < micro <= MOST_BONUS_MICRO or not reason:
        raise invalid(
            f"BonusAmount must be above 0 and at most {write_amount(MOST_BONUS_MICRO)}, and Reason "
            "must say why"
        )
    project = answer.task.hit.hit_type.project
    if project.is_own_staff:
        raise canut_error(
            "NotPaidHere", "This work is done by own staff, who are paid elsewhere: no bonus here."
        )
    rate = project.rates.order_by("-number")[0]
    money = Money(micro, rate.currency)
    try:
        reserve_funds(project, money, BONUS, call.now_ms)
    except Unfunded as refusal:
        raise request_error("InsufficientFunds", f"Money is missing: {refusal}.") from refusal
    adjustment = PayAdjustment.objects.create(
        worker=answer.worker,
        project=project,
        piece_micro=micro,
        currency=money.currency,
        reason=BONUS,
        at_ms=max(call.now_ms, paid_until_ms()),
    )
    lease = answer.lease_id or 0
    Bonus.objects.create(
        organisation_id=call.organisation,
        assignment=name_assignments([lease])[lease],
        adjustment=adjustment,
        reason=reason,
        at_ms=call.now_ms,
    )
    keep_token(call, RequestToken.Family.BONUS, call.request_id)
    return {}


def list_bonuses(call: Call) -> Reply:
    """List the bonuses of a HIT or of an assignment, newest first.

    Raises:
        TurkError: neither is named, or there is no such one.
    """
    bonuses = Bonus.objects.filter(organisation=call.organisation).select_related(
        "assignment", "adjustment__worker"
    )
    if ("HITId" in call.members) == ("AssignmentId" in call.members):
        raise invalid("Send either HITId or AssignmentId")
    if "HITId" in call.members:
        bonuses = bonuses.filter(assignment__lease__task=get_hit(call).task_id)
    else:
        public_id = call.text("AssignmentId")
        if not is_assignment(call.organisation, public_id):
            raise missing("Assignment", public_id)
        bonuses = bonuses.filter(assignment__public_id=public_id)
    return page_of(call, bonuses, "BonusPayments", lambda page: _write(call, page))


def get_balance(call: Call) -> Reply:
    """Return the free and the locked money of the organisation, in the currency of the key."""
    balance = balance_of_organisation(call.organisation, call.profile.currency)
    return {
        "AvailableBalance": write_amount(max(0, balance.free.micro)),
        "OnHoldBalance": write_amount(max(0, balance.locked.micro)),
    }


def _write(call: Call, bonuses: Sequence[Bonus]) -> list[Reply]:
    people = [bonus.adjustment.worker.person_id or 0 for bonus in bonuses]
    names = name_people(call.organisation, [person for person in people if person])
    return [
        {
            "WorkerId": names.get(person, f"A{bonus.adjustment.worker.public_id.upper()}"),
            "BonusAmount": write_amount(bonus.adjustment.piece_micro),
            "AssignmentId": bonus.assignment.public_id,
            "Reason": bonus.reason,
            "GrantTime": seconds(bonus.at_ms),
        }
        for bonus, person in zip(bonuses, people, strict=True)
    ]
