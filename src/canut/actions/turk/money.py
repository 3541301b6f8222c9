"""Grant bonuses to workers, list them, and return the balance of an organisation.

What a bonus is and what it needs is decided in ``pay.adjustments.bonuses``.
"""

from collections.abc import Sequence

from django.db import transaction

from canut.actions.pay.adjustments.bonuses import MOST_BONUS_MICRO, BonusIn, grant_bonus
from canut.actions.people.worker_aliases import name_people
from canut.actions.turk.assignments import get_answer
from canut.actions.turk.calls import Call, Reply, seconds
from canut.actions.turk.hit_shapes import get_hit
from canut.actions.turk.names import get_person, name_assignments, name_worker
from canut.actions.turk.paging import page_of
from canut.actions.turk.tokens import check_new, keep_token
from canut.core.errors import BadInput, Forbidden, Unfunded
from canut.core.turk.amounts import read_amount, write_amount
from canut.core.turk.refusals import canut_error, invalid, missing, request_error
from canut.core.turk.states import AssignmentStatus
from canut.store.models import Bonus, RequestToken
from canut.store.turk.hits import is_assignment
from canut.store.turk.money import balance_of_organisation


@transaction.atomic
def send_bonus(call: Call) -> Reply:
    """Pay a worker besides the price of an answer they gave.

    Raises:
        TurkError: the token was used, the assignment is another's, or the money is missing.
    """
    check_new(call, RequestToken.Family.BONUS)
    answer = get_answer(call, AssignmentStatus.APPROVED, AssignmentStatus.SUBMITTED)
    if get_person(call.organisation, call.text("WorkerId")) != answer.worker.person_id:
        raise request_error(
            "WorkerAssignmentMismatch",
            f"Worker {call.text('WorkerId')} did not submit the assignment"
            f" {call.text('AssignmentId')}.",
        )
    bonus_in = BonusIn(
        read_amount(call.text("BonusAmount"), "BonusAmount"),
        call.text("Reason"),
        call.program(),
        call.signer.key,
        answer,
    )
    try:
        grant_bonus(answer.worker, bonus_in, call.now_ms)
    except BadInput as refusal:
        raise invalid(
            f"BonusAmount must be above 0 and at most {write_amount(MOST_BONUS_MICRO)}, and Reason "
            "must say why"
        ) from refusal
    except Forbidden as refusal:
        raise canut_error(
            "NotPaidHere", "This work is done by own staff, who are paid elsewhere: no bonus here."
        ) from refusal
    except Unfunded as refusal:
        raise request_error("InsufficientFunds", f"Money is missing: {refusal}.") from refusal
    keep_token(call, RequestToken.Family.BONUS, call.request_id)
    return {}


def list_bonuses(call: Call) -> Reply:
    """List the bonuses of a HIT or of an assignment, newest first.

    Raises:
        TurkError: neither is named, or there is no such one.
    """
    bonuses = Bonus.objects.filter(
        answer__task__hit__organisation=call.organisation, answer__lease__isnull=False
    ).select_related("answer__worker", "adjustment")
    if ("HITId" in call.members) == ("AssignmentId" in call.members):
        raise invalid("Send either HITId or AssignmentId")
    if "HITId" in call.members:
        bonuses = bonuses.filter(answer__task=get_hit(call).task_id)
    else:
        public_id = call.text("AssignmentId")
        if not is_assignment(call.organisation, public_id):
            raise missing("Assignment", public_id)
        bonuses = bonuses.filter(answer__lease__assignment__public_id=public_id)
    return page_of(call, bonuses, "BonusPayments", lambda page: _write(call, page))


def get_balance(call: Call) -> Reply:
    """Return the free and the locked money of the organisation, in the currency of the key."""
    balance = balance_of_organisation(call.organisation, call.profile.currency)
    return {
        "AvailableBalance": write_amount(max(0, balance.free.micro)),
        "OnHoldBalance": write_amount(max(0, balance.locked.micro)),
    }


def _write(call: Call, bonuses: Sequence[Bonus]) -> list[Reply]:
    answers = [bonus.answer for bonus in bonuses if bonus.answer is not None]
    people = [answer.worker.person_id for answer in answers if answer.worker.person_id]
    names = name_people(call.organisation, people)
    assignments = name_assignments(answer.lease_id or 0 for answer in answers)
    return [
        {
            "WorkerId": name_worker(names, answer),
            "BonusAmount": write_amount(bonus.adjustment.piece_micro),
            "AssignmentId": assignments[answer.lease_id or 0].public_id,
            "Reason": bonus.reason,
            "GrantTime": seconds(bonus.at_ms),
        }
        for bonus, answer in zip(bonuses, answers, strict=True)
    ]
