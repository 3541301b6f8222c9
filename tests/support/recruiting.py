"""A list, a pool, an entry on the board and a qualification of a house's client."""

from collections.abc import Callable
from typing import Any

from canut.actions.platform.system_clock import now_ms
from canut.actions.recruiting.invited_lists import ListIn, invite_list, refusal_token
from canut.actions.recruiting.pools import call_pool, join_pool
from canut.actions.recruiting.studies import StudyIn, set_study
from canut.actions.work.qualification_tests import QualificationTestIn, set_test
from canut.actions.work.qualifications import QualificationIn, make_qualification
from canut.store.models import (
    InvitedContact,
    InvitedList,
    Participation,
    PoolCall,
    Qualification,
    Study,
    Worker,
)
from tests.support.instance import House
from tests.support.question_forms import question_form

CODES = {"DONE1": "completed", "OUT1": "screened-out"}
CONTACTS = b"email\nana@example.org\nnot an address\n"


def make_list(house: House) -> InvitedList:
    """Return a list of the house's project, invited where there is none yet."""
    by = house.people["requester"]
    existing = InvitedList.objects.filter(project=house.project).first()
    list_in = ListIn("Voisins", CONTACTS, 30, "fr")
    return existing or invite_list(house.project, list_in, by=by, now_ms=now_ms())


def a_refusal_token(house: House) -> str:
    """Return the token by which an invited address ends all letters."""
    contact = InvitedContact.objects.filter(contacts=make_list(house)).exclude(address="").first()
    if contact is None:
        InvitedList.objects.filter(project=house.project).delete()
        return a_refusal_token(house)
    return refusal_token(contact)


def a_pool_call(house: House) -> int:
    """Return the number of a call of the house's worker to its draft."""
    existing = PoolCall.objects.filter(project=house.draft).first()
    if existing is None:
        join_pool(house.people["worker"], house.organisation.pk, now_ms())
        call_pool(house.draft, None, by=house.people["requester"], now_ms=now_ms())
    return PoolCall.objects.get(project=house.draft).pk


def a_qualification(house: House) -> Qualification:
    """Return a qualification of the house's client."""
    existing = Qualification.objects.filter(organisation=house.organisation).first()
    by = house.people["requester"]
    return existing or make_qualification(
        house.organisation.pk, QualificationIn("Encre", "Lire l’encre pâle"), by=by, now_ms=now_ms()
    )


def a_tested_qualification(house: House) -> Qualification:
    """Return a qualification of the house's client that people get by a test."""
    existing = Qualification.objects.filter(organisation=house.organisation).exclude(test="")
    if existing.exists():
        return existing[0]
    qualification = make_qualification(
        house.organisation.pk,
        QualificationIn("Échecs", is_active=True),
        by=house.people["requester"],
        now_ms=now_ms(),
    )
    set_test(qualification, QualificationTestIn(question_form(), 600))
    return qualification


def a_study(house: House) -> Study:
    """Return the study that the house's project is."""
    existing = Study.objects.filter(project=house.project).first()
    study_in = StudyIn("https://study.example/", "jspsych", 10, CODES)
    by = house.people["requester"]
    return existing or set_study(house.project, study_in, by=by, now_ms=now_ms())


def a_participation(house: House) -> Participation:
    """Return the part of the house's worker in the study of its project."""
    study = a_study(house)
    worker = Worker.objects.get(project=house.project, person=house.people["worker"])
    existing = Participation.objects.filter(study=study, worker=worker).first()
    return existing or Participation.objects.create(
        study=study, worker=worker, participant="p7", session="s1", begun_ms=now_ms()
    )


RECRUITING: dict[str, Callable[[House], dict[str, Any]]] = {
    "invited_no": lambda house: {"token": a_refusal_token(house)},
    "pool_test": lambda house: {"number": a_tested_qualification(house).pk},
    "crowd_pool": lambda house: {"number": house.organisation.pk},
    "pool_decline": lambda house: {"number": a_pool_call(house)},
    "qualification": lambda house: {"number": a_qualification(house).pk},
    "project_crowd_list": lambda house: {"number": make_list(house).pk},
    "project_crowd_links": lambda house: {"number": make_list(house).pk},
    "project_crowd_erase": lambda house: {"number": make_list(house).pk},
    "study": lambda house: {"project": a_study(house).project.slug},
    "study_back": lambda house: {"number": a_participation(house).study_id},
}
"""What the addresses of recruiting name in a house."""
OF_RECRUITING = {
    "crowd_pool": {200, 302, 404},
    "pool_decline": {302, 404},
    "pool_test": {200, 404},
    "qualification": {200, 404, 422},
    "study": {200, 404},
    "study_back": {302, 404},
}
"""What its pages answer by whose the thing is: there, or as if there were nothing."""
