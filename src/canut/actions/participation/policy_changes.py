"""Change worker protections: proposed with a reason, consulted, then in force or blocked.

This is the only writer of policies. A change takes effect with the agreement of the
representatives, or after fourteen days without their refusal; a refusal blocks it and is displayed
until it is withdrawn or they agree.
"""

from dataclasses import dataclass

from django.db import transaction

from canut.actions.ledger.entry_types import inscribe_policy
from canut.actions.platform.row_faults import attempt_each
from canut.core.errors import BadInput, Conflict, Forbidden, Incomplete, Missing
from canut.core.money import Money
from canut.core.participation import policy_changes
from canut.core.participation.message_deadlines import plain_text
from canut.core.participation.policy_changes import ChangeState, PolicyName
from canut.store.models import Membership, Person, PolicyChange, PolicyOpinion, Role
from canut.store.participation.policies import limits_at, policy_now

UNSETTLED = (ChangeState.WAITING, ChangeState.REFUSED)


@dataclass(frozen=True, slots=True)
class PolicyProposal:
    """A proposed change; ``currency`` only for a floor."""

    name: str
    new: int
    reason: str
    currency: str = ""


@transaction.atomic
def propose_change(by: Person, proposal: PolicyProposal, now_ms: int) -> PolicyChange:
    """Propose another value of a policy, as an operator.

    Raises:
        Forbidden: somebody else proposes.
        BadInput: no such policy, a value beyond its bounds or that changes nothing, no reason.
        Conflict: a change of it is not settled.
    """
    _check_role(by, Role.OPERATOR)
    name, currency = proposal.name, proposal.currency
    try:
        policy = PolicyName(name)
    except ValueError:
        raise BadInput(f"{name!r} is no policy", code="bad-policy") from None
    if policy is PolicyName.FLOOR:
        Money(0, currency)
    elif currency:
        raise BadInput(f"{name} has no currency", code="bad-currency", seen=currency)
    if policy is PolicyName.FLOOR:
        old = policy_now(policy, now_ms, currency)
    else:
        old = limits_at(now_ms)[policy]
    reason = plain_text(proposal.reason)
    policy_changes.check_change(policy, old, proposal.new, reason)
    if PolicyChange.objects.filter(name=policy, currency=currency, state__in=UNSETTLED).exists():
        raise Conflict("a change of this policy is not settled", code="change-unsettled")
    return PolicyChange.objects.create(
        name=policy.value,
        currency=currency,
        old=old,
        new=proposal.new,
        reason=reason,
        by=by,
        proposed_ms=now_ms,
        state=ChangeState.WAITING.value,
    )


@transaction.atomic
def give_opinion(
    by: Person, change_id: int, text: str, now_ms: int, *, agrees: bool
) -> ChangeState:
    """Store a representative's opinion of a change, replacing an earlier one.

    Raises:
        Forbidden: somebody else writes.
        Missing: there is no such change.
        Conflict: it is settled.
        Incomplete, BadInput: the opinion is empty or less than a sentence.
    """
    _check_role(by, Role.REPRESENTATIVE)
    change = _unsettled(change_id)
    opinion = plain_text(text)
    policy_changes.check_words(opinion)
    PolicyOpinion.objects.update_or_create(
        change=change, by=by, defaults={"agrees": agrees, "text": opinion, "at_ms": now_ms}
    )
    return _settle(change, now_ms)


@transaction.atomic
def withdraw_change(by: Person, change_id: int, now_ms: int) -> None:
    """Withdraw a change that is not in force.

    Raises:
        Forbidden: somebody who does not run the instance.
        Missing: there is no such change.
        Conflict: it is settled.
    """
    _check_role(by, Role.OPERATOR)
    change = _unsettled(change_id)
    change.state, change.settled_ms = ChangeState.WITHDRAWN.value, now_ms
    change.save(update_fields=["state", "settled_ms"])


def settle_changes(now_ms: int) -> int:
    """Put in force, or block, changes that waited long enough; return how many changed."""
    waiting = PolicyChange.objects.filter(state=ChangeState.WAITING)
    return attempt_each(
        "change",
        list(waiting.values_list("id", flat=True)),
        lambda number: _settle_waiting(number, now_ms),
    )


@transaction.atomic
def _settle_waiting(change_id: int, now_ms: int) -> bool:
    """Settle a change that still waits; return whether it changed."""
    waiting = PolicyChange.objects.select_for_update().filter(state=ChangeState.WAITING)
    change = waiting.filter(id=change_id).first()
    return change is not None and _settle(change, now_ms) is not ChangeState.WAITING


def _settle(change: PolicyChange, now_ms: int) -> ChangeState:
    """Update a change by opinions and time; it takes effect from now, never earlier."""
    opinions = list(PolicyOpinion.objects.filter(change=change).values_list("agrees", flat=True))
    in_office = Membership.objects.filter(role=Role.REPRESENTATIVE, ended_at=None)
    people = in_office.values("person").distinct().count()
    state = policy_changes.state_of(opinions, people, change.proposed_ms, now_ms)
    change.state, change.agreed = state.value, sum(opinions)
    if state is ChangeState.IN_FORCE:
        change.takes_effect_ms = change.settled_ms = now_ms
        inscribe_policy(change, now_ms)
    change.save(update_fields=["state", "agreed", "takes_effect_ms", "settled_ms"])
    return state


def _unsettled(change_id: int) -> PolicyChange:
    if not change_id:
        raise Incomplete("say which change", field="change")
    change = PolicyChange.objects.select_for_update().filter(id=change_id).first()
    if change is None:
        raise Missing("no such change")
    if change.state not in UNSETTLED:
        raise Conflict("this change is settled", code="change-settled")
    return change


def _check_role(person: Person, role: Role) -> None:
    if not Membership.objects.filter(person=person, role=role, ended_at=None).exists():
        raise Forbidden(f"needs the role: {role.value}", role=role.value)
