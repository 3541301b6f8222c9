"""One qualification, whether a page or a program made it, granted it or asks for it."""

import json
from dataclasses import replace

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
    OpenPage,
    Qualification,
    QualificationAttempt,
    QualificationGrant,
    QualificationRequest,
    Worker,
)
from tests.support.question_forms import answer_key, question_form
from tests.support.turk import (
    PAGE,
    SAID,
    Requester,
    hire,
    make_hit,
    make_requester,
    project_of,
)

pytestmark = pytest.mark.django_db
EN = {"Accept-Language": "en"}
PAID = replace(SAID, is_own_staff=False, client="Les Soies", client_country="CA")


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


def a_tested_type(requester: Requester, **members: object) -> Qualification:
    """Return a qualification with a test, made by a program."""
    sent: dict[str, object] = {"Description": "Échecs", "QualificationTypeStatus": "Active"}
    sent |= {"Test": question_form(), "TestDurationInSeconds": 600, **members}
    kind = requester.turk.create_qualification_type(Name="Échecs", **sent)["QualificationType"]
    return Qualification.objects.get(public_id=kind["QualificationTypeId"])


def test_test_is_taken_on_a_page_scored_by_its_key_and_paid_as_work() -> None:
    requester = make_requester(profile=PAID)
    turk = requester.turk
    percentage = (
        "<PercentageMapping><MaximumSummedScore>16</MaximumSummedScore></PercentageMapping>"
    )
    owned = a_tested_type(requester, AnswerKey=answer_key(percentage), RetryDelayInSeconds=60)
    worker = hire(project_of(make_hit(turk)))
    assert worker.person is not None
    desk, address = Client(headers=EN), f"/pools/tests/{owned.pk}"
    desk.force_login(worker.person)
    who = {"QualificationTypeId": owned.public_id, "WorkerId": known(requester, worker)}
    sent_test = {"test-move": "D", "test-rules": ["a", "b"], "test-why": "Mate", "do": "hand_in"}

    assert address in desk.get("/pools/").content.decode()
    offer = desk.get(address)
    assert "pictures.example" in offer.content.decode()
    assert "10\N{NO-BREAK SPACE}min" in offer.content.decode()
    assert 'name="test-move"' not in offer.content.decode()
    desk.post(address, {"do": "begin"})
    shown = desk.get(address)
    page = shown.content.decode()
    assert page.count('name="test-rules"') == 2
    assert "<b>board</b>" in page
    assert "https://pictures.example" in shown["Content-Security-Policy"]
    beats = json.loads(page.partition('id="beats-data" type="application/json">')[2].split("<")[0])
    opened = OpenPage.objects.get(session=beats["session"])
    assert (beats["surface"], beats["url"]) == (f"test:{owned.pk}", "/time/beats")
    assert opened.project_id == worker.project_id
    assert desk.post(address, sent_test).status_code == 302
    assert desk.post(address, sent_test).status_code == 404  # handed in once
    page = desk.get(address).content.decode()

    assert "Points: 11. Value: 69." in page
    assert "Scored in a test" in desk.get("/pools/").content.decode()
    assert turk.get_qualification_score(**who)["Qualification"]["IntegerValue"] == 69
    assert turk.list_qualification_requests()["QualificationRequests"] == []
    assert desk.post(address, {"do": "begin"}).status_code == 409
    QualificationAttempt.objects.update(submitted_ms=now_ms() - 61_000)
    desk.post(address, {"do": "begin"})
    desk.post(address, {"do": "hand_in"})
    assert [attempt.value for attempt in QualificationAttempt.objects.order_by("pk")] == [69, -6]
    assert turk.get_qualification_score(**who)["Qualification"]["IntegerValue"] == 69


def test_test_without_a_key_or_late_waits_for_a_person_or_a_program() -> None:
    requester, rival = make_requester(), make_requester("Autre")
    turk = requester.turk
    owned = a_tested_type(requester)
    worker, late = hire(project_of(make_hit(turk))), hire(project_of(make_hit(turk)))
    stranger = hire(project_of(make_hit(rival.turk)))
    desks: list[Client] = []
    for person in (worker.person, late.person, stranger.person):
        assert person is not None
        desks.append(Client(headers=EN))
        desks[-1].force_login(person)
    office, address = Client(headers=EN), f"/pools/tests/{owned.pk}"
    office.force_login(requester.person)
    assert desks[2].get(address).status_code == 404
    for desk in desks[:2]:
        desk.post(address, {"do": "begin"})
    turk.update_qualification_type(
        QualificationTypeId=owned.public_id, AnswerKey=answer_key(""), TestDurationInSeconds=30
    )
    QualificationAttempt.objects.filter(person=late.person).update(
        answer_key=answer_key(""), ends_ms=now_ms() - 1
    )
    for desk in desks[:2]:
        desk.post(address, {"do": "hand_in", "test-move": ["D", "Z"], "test-why": "<i>Mate"})

    first, second = turk.list_qualification_requests()["QualificationRequests"][::-1]
    assert "<SelectionIdentifier>D</SelectionIdentifier></Answer>" in first["Answer"]
    assert "<FreeText>&lt;i&gt;Mate</FreeText>" in first["Answer"]
    assert first["Test"] == question_form()
    page = office.get(f"/qualifications/{owned.pk}").content.decode()
    assert "&lt;i&gt;Mate" in page
    assert page.count("handed in after its time") == 1
    turk.accept_qualification_request(
        QualificationRequestId=first["QualificationRequestId"], IntegerValue=40
    )
    asked = QualificationRequest.objects.get(public_id=second["QualificationRequestId"])
    settled = {"do": "accept", "request": asked.pk, "reason": "Bien lu", "value": "7"}
    assert office.post(f"/qualifications/{owned.pk}", {**settled, "value": "x"}).status_code == 422
    office.post(f"/qualifications/{owned.pk}", settled)
    grants = QualificationGrant.objects.order_by("value").values_list("person", "value")
    assert list(grants) == [(late.person_id, 7), (worker.person_id, 40)]
    assert desks[0].post(address, {"do": "begin"}).status_code == 409  # without a delay: once


def test_type_is_granted_at_once_or_tested_and_says_what_is_wrong_with_a_test() -> None:
    requester = make_requester()
    turk = requester.turk
    error = turk.exceptions.RequestError
    given = {"Name": "Tout", "Description": "x", "QualificationTypeStatus": "Active"}
    with pytest.raises(Exception, match="not both"):
        turk.create_qualification_type(
            **given, AutoGranted=True, Test=question_form(), TestDurationInSeconds=60
        )
    with pytest.raises(Exception, match="needs TestDurationInSeconds"):
        turk.create_qualification_type(**given, Test=question_form())
    with pytest.raises(error, match=r"line 1, column .* no question with selections") as refused:
        turk.create_qualification_type(
            **given,
            Test=question_form(),
            TestDurationInSeconds=60,
            AnswerKey=answer_key("").replace(">move<", ">why<"),
        )
    assert refused.value.response["TurkErrorCode"] == "AWS.MechanicalTurk.XMLParseError"
    with pytest.raises(error, match="a test is a QuestionForm"):
        turk.create_qualification_type(**given, Test=PAGE, TestDurationInSeconds=60)
    assert not Qualification.objects.exists()
    made = turk.create_qualification_type(**given, AutoGranted=True, AutoGrantedValue=5)
    kind = made["QualificationType"]
    worker = hire(project_of(make_hit(turk)))
    assert worker.person is not None
    desk = Client(headers=EN)
    desk.force_login(worker.person)
    number = Qualification.objects.get().pk
    desk.post("/pools/", {"do": "ask", "qualification": number})
    assert "because you asked" in desk.get("/pools/").content.decode()
    who = {"QualificationTypeId": kind["QualificationTypeId"], "WorkerId": known(requester, worker)}
    score = turk.get_qualification_score(**who)["Qualification"]["IntegerValue"]
    turk.disassociate_qualification_from_worker(**who, Reason="Fini")
    desk.post("/pools/", {"do": "ask", "qualification": number})

    assert (kind["AutoGranted"], kind["AutoGrantedValue"], score) == (True, 5, 5)
    assert len(turk.list_qualification_requests()["QualificationRequests"]) == 1  # a person decides
    with pytest.raises(Exception, match="not both"):
        turk.update_qualification_type(
            QualificationTypeId=kind["QualificationTypeId"],
            Test=question_form(),
            TestDurationInSeconds=60,
        )
    turk.update_qualification_type(
        QualificationTypeId=kind["QualificationTypeId"], AutoGranted=False
    )
    turk.update_qualification_type(
        QualificationTypeId=kind["QualificationTypeId"],
        Test=question_form(),
        TestDurationInSeconds=60,
    )
    shape = turk.get_qualification_type(QualificationTypeId=kind["QualificationTypeId"])
    assert shape["QualificationType"]["TestDurationInSeconds"] == 60
    assert "AutoGrantedValue" not in shape["QualificationType"]
