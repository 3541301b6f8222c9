"""What belongs to one person or program of a house, made when a test asks for it."""

from django.db import transaction

from canut.actions.ethics.requests import request_opinion
from canut.actions.integrations.api_keys import KeyIn, create_key
from canut.actions.integrations.webhooks import WebhookSpec, create_webhook
from canut.actions.learning.incidents import open_by_alarm
from canut.actions.platform.system_clock import now_ms
from canut.actions.tasks.saved_views import save_view
from canut.store.models import (
    ApiKey,
    Comparison,
    Incident,
    LessonScript,
    Role,
    SavedView,
    TurkProposal,
    Webhook,
)
from tests.support.comparisons import whole_lien
from tests.support.factories import NOW_MS, make_person
from tests.support.instance import House, make_model
from tests.support.known_tasks import make_own_credential
from tests.support.lessons import send_case
from tests.support.pathways import make_opening


def a_case(house: House) -> LessonScript:
    """Return the case of a lesson that the house's worker sent."""
    found = LessonScript.objects.filter(attempt__person=house.people["worker"]).first()
    return found or send_case(house.people["worker"], NOW_MS)


def a_key(house: House) -> ApiKey:
    """Make a key for a program of the house."""
    wanted = KeyIn("robot", Role.WORKER, organisation=house.organisation)
    return create_key(wanted, by=house.people["requester"], now_ms=now_ms()).key


def a_credential(house: House) -> int:
    """Return the number of a credential of the house's worker."""
    return make_own_credential(house.people["worker"]).pk


def an_ethics_review(house: House) -> int:
    """Return the number of the ethics review of the house's project, asked for by its client."""
    by = house.people["requester"]
    return request_opinion(house.project, by=by, now_ms=NOW_MS).pk


def a_comparison(house: House) -> int:
    """Return the number of a comparison in the house's project, open where there is none yet."""
    found = Comparison.objects.filter(project=house.project).first()
    requester = house.people["requester"]
    return (
        found
        or Comparison.objects.create(
            project=house.project, question=1, subject="order", hypothesis="Un autre ordre.",
            measure="right", margin=0.05, spread=0.1, people=63, seed=bytes(32),
            opened_by=requester, opened_ms=NOW_MS, looked_ms=NOW_MS,
        )
    ).pk  # fmt: skip


def a_lien(house: House) -> int:
    """Return the number of a model whose lien is whole."""
    whole_lien(house.project)
    return make_model(house).pk


def a_proposal(house: House) -> int:
    """Return the number of a block that a program of the house's client proposes."""
    proposal = TurkProposal.objects.create(
        organisation=house.organisation,
        kind=TurkProposal.Kind.BLOCK,
        person=make_person(),
        words="Two accounts",
        at_ms=NOW_MS,
    )
    return proposal.pk


def an_opening(house: House) -> int:
    """Return the number of an opening of the house's client."""
    return make_opening(house.people["requester"], house.organisation.pk).pk


def an_incident(house: House) -> int:
    """Return the number of an incident of the house's project."""
    found = Incident.objects.filter(project=house.project).first()
    if found is None:
        with transaction.atomic():
            found = open_by_alarm(
                make_model(house), {"right": 3, "seen": 20, "by_people": 0.9, "bar": 0.98}, NOW_MS
            )
    return found.pk


def a_view(house: House) -> SavedView:
    """Return a view of the list of tasks that the requester keeps."""
    by = house.people["requester"]
    return save_view(house.project, by, "Ouvertes", "state=open", now_ms=NOW_MS)


def a_webhook(house: House) -> Webhook:
    """Return a webhook of the house's project."""
    wanted = WebhookSpec("https://example.org/hook", ["project.closed"])
    by = house.people["requester"]
    return create_webhook(house.project, wanted, by=by, now_ms=NOW_MS)[0]
