"""One qualification, whether a page or a program made it, granted it or asks for it."""

import pytest
from django.test import Client

from canut.actions.people.worker_aliases import name_people
from canut.actions.platform.system_clock import now_ms
from canut.actions.work.qualifications import (
    GrantIn,
    QualificationIn,
    grant_qualification,
    make_qualification,
)
from canut.store.models import (
    Decision,
    Qualification,
    QualificationGrant,
    QualificationRequest,
    Worker,
)
from tests.support.turk import Requester, hire, make_hit, make_requester, project_of

pytestmark = pytest.mark.django_db
EN = {"Accept-Language": "en"}


def required(public_id: str, comparator: str, *values: int) -> list[dict[str, object]]:
    """Return a requirement as a program sends it."""
    need: dict[str, object] = {"QualificationTypeId": public_id, "Comparator": comparator}
    return [{**need, **({"IntegerValues": list(values)} if values else {})}]


def known(requester: Requester, worker: Worker) -> str:
    """Return the name by which a requester knows a worker."""
    person = worker.person_id or 0
    return name_people(requester.organisation.pk, [person])[person]


def test_page_and_program_grant_replace_and_revoke_the_same_qualification() -> None:
    requester = make_requester()
    turk, number = requester.turk, requester.organisation.pk
    made = make_qualification(
        number, QualificationIn("Encre", "Lire l’encre pâle"), by=requester.person, now_ms=now_ms()
    )
    worker = hire(project_of(make_hit(turk)))
    assert worker.person is not None
    desk, office = Client(headers=EN), Client(headers=EN)
    desk.force_login(worker.person)
    office.force_login(requester.person)
    grant_qualification(made, worker.person, GrantIn("Essai réussi", requester.person), now_ms())
    who = {"QualificationTypeId": made.public_id, "WorkerId": known(requester, worker)}

    listed = turk.list_qualification_types(MustBeRequestable=False, Query="encre")
    first = turk.get_qualification_score(**who)["Qualification"]["IntegerValue"]
    turk.associate_qualification_with_worker(**who, IntegerValue=90)
    turk.associate_qualification_with_worker(**who, IntegerValue=90)
    page = office.get(f"/qualifications/{made.pk}").content.decode()
    own_page = desk.get("/pools/").content.decode()
    office.post(
        f"/qualifications/{made.pk}",
        {"do": "revoke", "person": worker.person.pk, "reason": "Étude finie"},
    )

    (shape,) = listed["QualificationTypes"]
    assert (shape["Name"], shape["QualificationTypeId"]) == ("Encre", made.public_id)
    assert first == 1
    assert "Value: 90." in page
    assert "by a program of the client" in page
    assert "Essai réussi" in own_page
    assert "Another value followed" in own_page
    grants = list(QualificationGrant.objects.order_by("pk"))
    assert [(grant.value, grant.is_revoked, grant.end_reason) for grant in grants] == [
        (1, False, ""),
        (90, True, "Étude finie"),
    ]
    assert (grants[0].key_id, grants[1].key_id is None) == (None, False)
    revoked = turk.list_workers_with_qualification_type(
        QualificationTypeId=made.public_id, Status="Revoked"
    )
    assert [row["IntegerValue"] for row in revoked["Qualifications"]] == [90]


def test_page_and_hit_type_ask_for_a_qualification_by_one_rule() -> None:
    requester = make_requester()
    turk = requester.turk
    type_id = turk.create_qualification_type(
        Name="Partie A", Description="A participé", QualificationTypeStatus="Active"
    )["QualificationType"]["QualificationTypeId"]
    qualification = Qualification.objects.get(public_id=type_id)
    chosen = project_of(make_hit(turk, Title="Chosen on the page"))
    office = Client()
    office.force_login(requester.person)
    kept = office.post(f"/projects/{chosen.slug}/who", {"qualification": qualification.pk})
    sent = project_of(
        make_hit(turk, Title="Sent", QualificationRequirements=required(type_id, "Exists"))
    )
    newcomers = project_of(
        make_hit(
            turk, Title="Newcomers", QualificationRequirements=required(type_id, "DoesNotExist")
        )
    )
    first = hire(chosen)
    workers = [first, hire(sent, first.person), hire(newcomers, first.person)]
    who = {"QualificationTypeId": type_id, "WorkerId": known(requester, first)}

    def barred() -> list[str]:
        return list(
            Worker.objects.filter(pk__in=[worker.pk for worker in workers])
            .order_by("pk")
            .values_list("barred", flat=True)
        )

    before = barred()
    turk.associate_qualification_with_worker(**who)
    granted = barred()
    told = Decision.objects.get(undone_ms=None)
    turk.disassociate_qualification_from_worker(**who, Reason="Fini")

    assert kept.status_code == 302
    assert before == ["undecided", "undecided", ""]
    assert granted == ["", "", "value"]
    assert told.kind == Decision.Kind.NOT_LENT
    assert "is not open to the “Partie A” that Les Soies gave you" in told.text_en
    assert barred() == ["grant", "grant", ""]
    assert Decision.objects.filter(undone_ms=None).count() == 2
    shown = QualificationGrant.objects.get()
    assert (shown.is_revoked, shown.end_reason, shown.by) != (False, "", None)


def test_person_asks_a_program_grants_and_only_a_person_refuses() -> None:
    requester, rival = make_requester(), make_requester("Autre")
    turk, office, desk = requester.turk, Client(headers=EN), Client(headers=EN)
    office.force_login(requester.person)
    for name in ("Encre", "Laine"):
        turk.create_qualification_type(
            Name=name,
            Description="Essai",
            QualificationTypeStatus="Active" if name == "Encre" else "Inactive",
            RetryDelayInSeconds=60,
        )
    ink, wool = Qualification.objects.order_by("pk")
    worker = hire(project_of(make_hit(turk)))
    assert worker.person is not None
    desk.force_login(worker.person)

    def ask(qualification: Qualification) -> int:
        form = {"do": "ask", "qualification": qualification.pk, "words": "J’ai lu des lettres"}
        return desk.post("/pools/", form).status_code

    assert ("Encre" in (page := desk.get("/pools/").content.decode()), "Laine" in page) == (
        True,
        False,
    )
    assert ask(wool) == 404
    assert (ask(ink), ask(ink)) == (302, 404)
    (row,) = turk.list_qualification_requests()["QualificationRequests"]
    assert row["WorkerId"] == known(requester, worker)
    assert rival.turk.list_qualification_requests()["QualificationRequests"] == []
    with pytest.raises(rival.turk.exceptions.RequestError, match="does not exist"):
        rival.turk.accept_qualification_request(
            QualificationRequestId=row["QualificationRequestId"]
        )
    number = {"QualificationRequestId": row["QualificationRequestId"]}
    reply = turk.reject_qualification_request(**number, Reason="Trop court")

    assert reply["ResponseMetadata"]["HTTPHeaders"]["x-canut-notice"] == "refusal-proposed"
    assert turk.list_qualification_requests()["QualificationRequests"] == []
    assert "Trop court" not in desk.get("/pools/").content.decode()
    asked = QualificationRequest.objects.get()
    address = f"/qualifications/{ink.pk}"
    assert "Trop court" in office.get(address).content.decode()
    empty = office.post(address, {"do": "refuse", "request": asked.pk, "reason": ""})
    assert empty.status_code >= 400
    kept = office.post(address, {"do": "refuse", "request": asked.pk, "reason": "Essai trop court"})
    assert kept.status_code == 302
    assert "Essai trop court" in desk.get("/pools/").content.decode()
    assert ask(ink) == 409
    QualificationRequest.objects.update(settled_ms=now_ms() - 61_000)
    assert ask(ink) == 302
    (row,) = turk.list_qualification_requests(QualificationTypeId=ink.public_id)[
        "QualificationRequests"
    ]
    turk.accept_qualification_request(
        QualificationRequestId=row["QualificationRequestId"], IntegerValue=70
    )
    assert QualificationGrant.objects.get().value == 70
    assert QualificationRequest.objects.order_by("-pk")[0].outcome == "granted"
    with pytest.raises(turk.exceptions.RequestError, match="does not exist"):
        turk.accept_qualification_request(QualificationRequestId=row["QualificationRequestId"])
