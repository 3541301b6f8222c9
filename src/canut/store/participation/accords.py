"""Price rounds, the accords they ended in, and what these set in projects. Reads only.

An accord holds for a kind of work and a place. In its last 90 days, after its end, its price stays
the least one. A newer accord of the same kind and place replaces it from its first day.
"""

from django.db.models import QuerySet

from canut.core.clock import DAY_MS
from canut.core.kinds import questions_of
from canut.core.participation.accords import FLOOR_DAYS, OPEN_STATES, is_place_covered
from canut.store.tables.people import Membership, Organisation, Person, Role
from canut.store.tables.prices import (
    Accord,
    AccordPrice,
    AccordSignature,
    PriceMandate,
    PriceOffer,
    PriceRound,
    PriceVote,
    PriceVoter,
)
from canut.store.tables.projects import Project, QuestionVersion
from canut.store.tables.work import Eligibility

AT_WORK = (Project.State.PILOT, Project.State.OPEN, Project.State.PAUSED)


def accords_at(at_ms: int) -> list[Accord]:
    """List the accords that set a price at a moment, one per kind and place, newest first."""
    counting = Accord.objects.filter(starts_ms__lte=at_ms, ends_ms__gt=at_ms - FLOOR_DAYS * DAY_MS)
    newest: dict[tuple[str, str], Accord] = {}
    for accord in counting.order_by("-starts_ms", "-pk"):
        newest.setdefault((accord.kind, accord.place), accord)
    return list(newest.values())


def accords_of(project: Project, at_ms: int) -> list[Accord]:
    """List the accords that set a price in a project at a moment."""
    counting = accords_at(at_ms)
    if not counting or project.is_own_staff:
        return []
    kinds, place = kinds_of(project.pk), place_of(project.pk)
    return [
        accord
        for accord in counting
        if accord.kind in kinds and is_place_covered(accord.place, place)
    ]


def kinds_of(project_id: int) -> frozenset[str]:
    """Return the kinds of questions a project asks; empty before its question is written."""
    version = QuestionVersion.objects.filter(project=project_id).order_by("-number").first()
    questions = questions_of(version.schema) if version else []
    return frozenset(str(question["kind"]) for question in questions)


def place_of(project_id: int) -> str:
    """Return how the codes of the places begin where a project may be worked in."""
    places = Eligibility.objects.filter(project=project_id).values_list("place", flat=True)
    return places.first() or ""


def projects_covered(kind: str, place: str) -> list[Project]:
    """List the projects at work of a kind that people of a place may work in; not own staff's."""
    projects = Project.objects.filter(state__in=AT_WORK, is_own_staff=False)
    return [
        project
        for project in projects.select_related("organisation").order_by("pk")
        if kind in kinds_of(project.pk) and is_place_covered(place, place_of(project.pk))
    ]


def clients_concerned(kind: str, place: str) -> list[Organisation]:
    """List the clients that have such a project at work, by name."""
    clients = {
        project.organisation_id: project.organisation for project in projects_covered(kind, place)
    }
    return sorted(clients.values(), key=lambda client: client.name.casefold())


def clients_owned(person: Person) -> frozenset[int]:
    """Return the organisations that a person answers for as a client."""
    owned = Membership.objects.filter(person=person, role=Role.REQUESTER, ended_at=None)
    return frozenset(
        owned.exclude(organisation=None).values_list("organisation_id", flat=True).distinct()
    )


def representatives_now() -> frozenset[int]:
    """Return the people in office as representatives who do not run the instance."""
    in_office = Membership.objects.filter(role=Role.REPRESENTATIVE, ended_at=None)
    return frozenset(in_office.values_list("person_id", flat=True)) - operators_now()


def operators_now() -> frozenset[int]:
    """Return the people who run the instance."""
    runs = Membership.objects.filter(role=Role.OPERATOR, ended_at=None)
    return frozenset(runs.values_list("person_id", flat=True))


def rounds() -> list[PriceRound]:
    """List price rounds with their accords: open ones first, then the newest."""
    listed = PriceRound.objects.select_related("accord").order_by("-pk")[:200]
    return sorted(listed, key=lambda row: row.state not in OPEN_STATES)


def round_or_none(number: int) -> PriceRound | None:
    """Return a price round; None if there is none."""
    return PriceRound.objects.filter(pk=number).first()


def accord_of_round(number: int) -> Accord | None:
    """Return the accord a round ended in; None if it did not, or not yet."""
    return Accord.objects.filter(round=number).select_related("offer", "round").first()


def mandates_of(number: int) -> list[PriceMandate]:
    """List who of the representatives supports a round, oldest first."""
    mandates = PriceMandate.objects.filter(round=number).select_related("by")
    return list(mandates.order_by("pk"))


def offers_of(number: int) -> list[PriceOffer]:
    """List the offers of a round, newest first, with who made them."""
    offers = PriceOffer.objects.filter(round=number).select_related("organisation", "by")
    return list(offers.order_by("-pk"))


def votes_of(number: int) -> list[PriceVote]:
    """List the votes of a round, newest first."""
    votes = PriceVote.objects.filter(round=number).select_related("offer__organisation")
    return list(votes.order_by("-pk"))


def last_vote(number: int) -> PriceVote | None:
    """Return the last vote of a round; None if it has none."""
    return PriceVote.objects.filter(round=number).order_by("-pk").first()


def right_to_vote(vote: PriceVote, person: Person) -> PriceVoter | None:
    """Return a person's right to vote on an offer; None if they have none."""
    return PriceVoter.objects.filter(vote=vote, person=person).first()


def signatures_of(offer: PriceOffer) -> list[AccordSignature]:
    """List the signatures under an offer, oldest first."""
    signed = AccordSignature.objects.filter(offer=offer).select_related("organisation", "by")
    return list(signed.order_by("pk"))


def last_price(project_id: int) -> AccordPrice | None:
    """Return the least price an accord last set in a project; None if none ever did."""
    prices = AccordPrice.objects.filter(project=project_id).select_related("accord")
    return prices.order_by("-pk").first()


def newest_prices(at_ms: int) -> list[AccordPrice]:
    """List the last least price of each project at work, where its accord still counts."""
    prices: QuerySet[AccordPrice] = AccordPrice.objects.filter(
        project__state__in=AT_WORK, accord__ends_ms__gt=at_ms - FLOOR_DAYS * DAY_MS
    )
    last: dict[int, AccordPrice] = {}
    for price in prices.select_related("accord", "project").order_by("pk"):
        last[price.project_id] = price
    return [last[number] for number in sorted(last)]
