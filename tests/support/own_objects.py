"""What belongs to one person or program of a house, made when a test asks for it."""

from django.db import transaction

from canut.actions.integrations.api_keys import KeyIn, create_key
from canut.actions.learning.incidents import open_by_alarm
from canut.actions.platform.system_clock import now_ms
from canut.store.models import ApiKey, Incident, LessonScript, Role
from tests.support.factories import NOW_MS
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
