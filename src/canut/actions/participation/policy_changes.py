"""Change what protects workers: proposed with a reason, heard, then in force or held.

The only writer of policies. A change takes effect with the agreement of the representatives, or
after fourteen days without their refusal; a refusal holds it and is shown until it is withdrawn or
they come round.
"""

from dataclasses import dataclass

from django.db import transaction

from canut.actions.ledger.entry_types import inscribe_policy
from canut.core.errors import BadInput, Conflict, Forbidden, Incomplete, Missing
from canut.core.money import Money
from canut.core.participation import policy_changes
from canut.core.participation.message_deadlines import plain_text
from canut.core.participation.policy_changes import PolicyName, State
from canut.store.models import Membership, Person, PolicyChange, PolicyOpinion, Role
from canut.store.participation.policies import limits_at, policy_now

UNSETTLED = (State.WAITING, State.REFUSED)


@dataclass(frozen=True, slots=True)
class PolicyProposal:
    """A change as somebody proposes it; ``currency`` only for a floor."""

    name: str
    new: int
    reason: str
    currency: str = ""


@transaction.atomic
def propose_change(by: Person, proposal: PolicyProposal, now_ms: int) -> PolicyChange:
    """Propose another value of a policy, as whoever runs the instance.

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
    said = plain_text(proposal.reason)
    policy_changes.check_change(policy, old, proposal.new, said)
    if PolicyChange.objects.filter(name=policy, currency=currency, state__in=UNSETTLED).exists():
        raise Conflict("a change of this policy is not settled", code="change-unsettled")
    return PolicyChange.objects.create(
        name=policy.value,
        currency=currency,
        old=old,
        new=proposal.new,
        reason=said,
        by=by,
        proposed_ms=now_ms,
        state=State.WAITING.value,
    )


@transaction.atomic
def give_opinion(by: Person, change_id: int, text: str, now_ms: int, *, agrees: bool) -> State:
    """Write a representative's opinion of a change; a later one takes the place of an earlier.

    Raises:
        Forbidden: somebody else writes.
        Missing: there is no such change.
        Conflict: it is settled.
        Incomplete, BadInput: the opinion is empty or less than a sentence.
    """
    _check_role(by, Role.REPRESENTATIVE)
    change = _unsettled(change_id)
    said = plain_text(text)
    policy_changes.check_words(said)
    PolicyOpinion.objects.update_or_create(
        change=change, by=by, defaults={"agrees": agrees, "text": said, "at_ms": now_ms}
    )
    return _settle(change, now_ms)


@transaction.atomic
def withdraw_change(by: Person, change_id: int, now_ms: int) -> None:
    """Take a change back that is not in force.

    Raises:
        Forbidden: somebody who does not run the instance.
        Missing: there is no such change.
        Conflict: it is settled.
    """
    _check_role(by, Role.OPERATOR)
    change = _unsettled(change_id)
    change.state, change.settled_ms = State.WITHDRAWN.value, now_ms
    change.save(update_fields=["state", "settled_ms"])


@transaction.atomic
def settle_changes(now_ms: int) -> int:
    """Put in force, or hold, what has waited long enough; returns how many changed."""
    moved = 0
    for change in PolicyChange.objects.select_for_update().filter(state=State.WAITING):
        moved += _settle(change, now_ms) is not State.WAITING
    return moved


def _settle(change: PolicyChange, now_ms: int) -> State:
    """Bring a change to where opinions and time put it; it takes effect from now, never earlier."""
    given = list(PolicyOpinion.objects.filter(change=change).values_list("agrees", flat=True))
    in_office = Membership.objects.filter(role=Role.REPRESENTATIVE, ended_at=None)
    people = in_office.values("person").distinct().count()
    state = policy_changes.state_of(given, people, change.proposed_ms, now_ms)
    change.state, change.agreed = state.value, sum(given)
    if state is State.IN_FORCE:
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
