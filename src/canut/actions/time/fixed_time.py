"""Count a fixed time for something asked of a person on the platform's own pages.

It is paid like measured time, by the platform. What is measured or claimed already is not counted
twice.
"""

from canut.actions.time.claims import ClaimIn, uncounted_spans
from canut.core.clock import Ms
from canut.store.tables.people import Person
from canut.store.tables.time import Claim
from canut.store.tables.work import Worker


def has_pay_here(person: Person) -> bool:
    """Whether a person works or worked here: others have no pay that a time could be added to."""
    return Worker.objects.filter(person=person, kind=Worker.Kind.HUMAN).exists()


def count_fixed_time(person: Person, fixed_ms: Ms, now_ms: Ms) -> Ms:
    """Count some time up to now, without what is counted already; return how much was added.

    Nothing is added for somebody without pay here (``has_pay_here``).
    """
    if not has_pay_here(person):
        return 0
    begin_ms = now_ms - fixed_ms
    spans = uncounted_spans(person, ClaimIn(None, begin_ms, now_ms))
    if not spans:
        return 0
    Claim.objects.create(
        person=person,
        project=None,
        kind=Claim.Kind.ASKED,
        why=Claim.Why.OTHER,
        begin_ms=begin_ms,
        end_ms=now_ms,
        accepted=[[begin, end] for begin, end in spans],
        state=Claim.State.ACCEPTED,
        made_ms=now_ms,
        due_ms=now_ms,
    )
    return sum(end - begin for begin, end in spans)
