"""Qualifications as programs name them, and the grants of people. Reads only."""

from django.db.models import Q, QuerySet

from canut.core.turk.requirements import SYSTEM_NAMES
from canut.store.tables.work import Qualification, QualificationGrant, QualificationRequest
from canut.store.work.qualifications import in_use


def qualification_named(organisation: int, public_id: str) -> Qualification | None:
    """Return a qualification of an organisation that is not ended; None if none is so."""
    return in_use(organisation).filter(public_id=public_id).first()


def is_known_type(organisation: int, public_id: str) -> bool:
    """Return whether an id is a qualification of the organisation, or of the system."""
    own = Qualification.objects.filter(organisation=organisation, public_id=public_id)
    return public_id in SYSTEM_NAMES or own.exists()


def newest_grants(qualification: int, *, is_revoked: bool) -> QuerySet[QualificationGrant]:
    """Select the grants in force, or those that were revoked and not granted again."""
    grants = QualificationGrant.objects.filter(qualification=qualification, is_revoked=is_revoked)
    standing = QualificationGrant.objects.filter(qualification=qualification, ended_ms=None)
    if not is_revoked:
        return standing
    return grants.exclude(person__in=standing.values("person"))


def waiting_requests(organisation: int) -> QuerySet[QualificationRequest]:
    """Select the requests for qualifications of an organisation that nobody settled."""
    requests = QualificationRequest.objects.select_related("qualification", "person")
    return requests.filter(qualification__organisation=organisation, outcome="")


def qualifications_matching(organisation: int, query: str) -> QuerySet[Qualification]:
    """Select the qualifications of an organisation whose name or keywords hold some words."""
    own = in_use(organisation)
    if query:
        own = own.filter(Q(name__icontains=query) | Q(keywords__icontains=query))
    return own
