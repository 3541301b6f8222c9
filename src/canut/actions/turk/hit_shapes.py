"""Write HITs as the interface returns them.

Every member that has a value is always there, empty ones too: old programs read some unguarded.

Reads only.
"""

from collections.abc import Sequence

from canut.actions.turk.calls import Call, Reply, seconds
from canut.core.turk.amounts import write_amount
from canut.core.turk.refusals import missing
from canut.core.turk.states import HitFacts, HitStatus, hit_places, hit_status
from canut.store.models import Hit
from canut.store.turk.hits import hit_facts, hit_named

NOT_REVIEWED = "NotReviewed"
DEFAULT_CURRENCY = "USD"


def get_hit(call: Call, member: str = "HITId") -> Hit:
    """Return the HIT a call names.

    Raises:
        TurkError: the organisation of the key has none of this name.
    """
    hit = hit_named(call.organisation, call.text(member))
    if hit is None:
        raise missing("HIT", call.text(member))
    return hit


def status_of(hit: Hit, now_ms: int) -> HitStatus:
    """Return the state of one HIT."""
    return hit_status(hit_facts([hit], now_ms)[0], now_ms)


def write_hits(call: Call, hits: Sequence[Hit]) -> list[Reply]:
    """Return the shapes of HITs, and tell the currency where it is not dollars of the USA."""
    if hits and call.profile.currency != DEFAULT_CURRENCY:
        call.notices.add(f"currency={call.profile.currency}")
    facts = hit_facts(hits, call.now_ms)
    return [_shape(hit, fact, call.now_ms) for hit, fact in zip(hits, facts, strict=True)]


def _shape(hit: Hit, facts: HitFacts, now_ms: int) -> Reply:
    hit_type, places = hit.hit_type, hit_places(facts)
    return {
        "HITId": hit.public_id,
        "HITTypeId": hit_type.public_id,
        "HITGroupId": hit_type.public_id,
        **({"HITLayoutId": hit.layout_id} if hit.layout_id else {}),
        "CreationTime": seconds(hit.created_ms),
        "Title": hit_type.title,
        "Description": hit_type.description,
        "Question": _question(hit),
        "Keywords": hit_type.keywords,
        "HITStatus": hit_status(facts, now_ms).value,
        "MaxAssignments": hit.places,
        "Reward": write_amount(hit_type.reward_micro),
        "AutoApprovalDelayInSeconds": hit_type.approval_s,
        "Expiration": seconds(hit.expires_ms),
        "AssignmentDurationInSeconds": hit_type.duration_s,
        "RequesterAnnotation": hit.annotation,
        "QualificationRequirements": hit_type.requirements,
        "HITReviewStatus": NOT_REVIEWED,
        "NumberOfAssignmentsPending": places.pending,
        "NumberOfAssignmentsAvailable": places.available,
        "NumberOfAssignmentsCompleted": places.completed,
    }


def _question(hit: Hit) -> str:
    """Return the question of a HIT as it was sent."""
    page = hit.task.own_page.page
    return page.sent or page.body
