"""Pay somebody in a demo: ``python -m tests.browser.paid DATA`` prints what was made, as JSON."""

import json
import os
import sys
from datetime import timedelta
from typing import Any

from canut.core.clock import to_ms

HOLDER = "did:key:z6MkeTG3bFFSLYVU7VqhgZxqr6YzpaGrQtFMh1uvqGy1vDnP"


def take_lessons(worker: int, now_ms: int) -> int:
    """Let the worker be in a lesson, and have ended another 60 days ago; return a waiting case."""
    from canut.actions.lessons.attempts import begin_lesson, end_lesson
    from canut.actions.lessons.catalogue import get_lesson
    from canut.actions.lessons.recall import RECALL_MS
    from canut.demo.lessons import make_lessons
    from canut.store.models import LessonScript, Person

    person, naming = Person.objects.get(pk=worker), get_lesson("naming")
    make_lessons(now_ms)
    begin_lesson(person, get_lesson("click-life"), now_ms)
    end_lesson(begin_lesson(person, naming, now_ms - 2 * RECALL_MS).pk, naming, now_ms - RECALL_MS)
    return LessonScript.objects.get(attempt__state="waiting").pk


def put_texts(worker: int, now_ms: int) -> dict[str, int]:
    """Write a text of the demo, put one of a project the worker does not know to readers.

    The worker is a person by now (``show_skill``), and reads what no simulated crowd made. An
    opinion on that project is asked for, too.
    """
    from canut.actions.commissions.readings import agree_to_read
    from canut.actions.commissions.texts import TextFields, open_reader_test, write_text
    from canut.actions.ethics.requests import request_opinion
    from canut.actions.projects.setup import create_project
    from canut.actions.recruiting.invited_lists import ListIn, invite_list, refusal_token
    from canut.actions.work.qualification_tests import QualificationTestIn, set_test
    from canut.actions.work.qualifications import QualificationIn, make_qualification
    from canut.store.models import Person, Project
    from tests.support.commissions import QUESTIONS, TEXT
    from tests.support.question_forms import question_form

    person, known = Person.objects.get(pk=worker), Project.objects.get(slug="demo")
    by = Person.objects.get(username="demo-requester")
    own = write_text(known, TextFields("result", "Digits", "en", TEXT), by=by, now_ms=now_ms)
    other = create_project(known.organisation, "Lettres", by=by, now_ms=now_ms)
    text = write_text(other, TextFields("result", "Letters", "en", TEXT), by=by, now_ms=now_ms)
    agree_to_read(person, ["fr", "en"], now_ms)
    list_in = ListIn("Voisins", b"email\nana@example.org\nx\n", 30, "fr")
    invited = invite_list(known, list_in, by=by, now_ms=now_ms)
    qualification_in = QualificationIn("Chiffres", "Lire des chiffres", is_active=True)
    qualification = make_qualification(
        known.organisation_id, qualification_in, by=by, now_ms=now_ms
    )
    set_test(qualification, QualificationTestIn(question_form(), 600))
    return {
        "invited_list": invited.pk,
        "invited_token": refusal_token(invited.rows.get()),
        "qualification": qualification.pk,
        "ethics_review": request_opinion(other, by=by, now_ms=now_ms).pk,
        "text": own.pk,
        "reader_text": open_reader_test(text, QUESTIONS, by=by, now_ms=now_ms).pk,
    }


def send_elsewhere(worker: int, now_ms: int) -> str:
    """Let the worker take part in a study on another site; recruit for the demo on Prolific.

    Return the slug of the study.
    """
    from canut.actions.people.accounts import join_as_worker
    from canut.actions.projects.setup import create_project
    from canut.actions.recruiting.prolific_client import connect_account
    from canut.actions.recruiting.studies import StudyIn, set_study
    from canut.store.models import Participation, Person, Project, ProlificStudy, TopUpBatch

    person, known = Person.objects.get(pk=worker), Project.objects.get(slug="demo")
    by = Person.objects.get(username="demo-requester")
    project = create_project(known.organisation, "Mots", by=by, now_ms=now_ms)
    codes = {"DONE": "completed", "OUT": "screened-out"}
    quotas = [("device", "phone", 9)]
    study_in = StudyIn("https://study.example/", "jspsych", 9, codes, 0, "Oui ?", quotas=quotas)
    study = set_study(project, study_in, by=by, now_ms=now_ms)
    part = {"participant": "p7", "session": "s1", "begun_ms": now_ms}
    Participation.objects.create(
        study=study, worker=join_as_worker(project, person, now_ms), **part
    )
    connect_account(known.organisation_id, "token", by=by, now_ms=now_ms)
    there = ProlificStudy.objects.create(
        project=known,
        number="60f6acb1",
        title="Chiffres",
        places=20,
        minutes=9,
        reward_micro=1_500_000,
        currency="CAD",
        state="active",
        by=by,
        at_ms=now_ms,
    )
    for state in (TopUpBatch.State.SENT, TopUpBatch.State.SET_UP):
        amounts = {"amount_micro": 3_000_000, "fees_micro": 750_000}
        TopUpBatch.objects.create(
            study=there, number="62", state=state, by=by, set_up_ms=now_ms, **amounts
        )
    return str(project.slug)


def make_paid(data: str) -> dict[str, Any]:
    """Close a period in which the demo's worker worked; return the numbers of what there is now."""
    os.environ |= {"CANUT_DATA": data, "DJANGO_SETTINGS_MODULE": "canut.settings"}
    import django

    django.setup()
    from django.utils import timezone

    from canut.actions.passport.credentials import CredentialRequest, make_credential
    from canut.actions.passport.links import make_link
    from canut.actions.pay.pay_rules import PayRules, set_policy
    from canut.actions.pay.payments import make_file, send_file
    from canut.actions.pay.periods import close_period, make_period, preview
    from canut.actions.people.bank_accounts import set_account
    from canut.actions.people.work_terms import TermsIn, set_terms
    from canut.core.clock import HOUR_MS
    from canut.core.pay.payment_file import Account
    from canut.core.places.parameters import Status
    from canut.store.models import Answer, PaymentFile, Person, Project, Statement
    from tests.support.known_tasks import show_skill
    from tests.support.payroll import work_hours

    now = timezone.now()
    operator = Person.objects.get(username="demo-operator")
    worker = Person.objects.get(username="demo-worker")
    terms = TermsIn("CA-QC", "America/Toronto", Status.EMPLOYEE)
    set_terms(worker, terms, by=operator, now_ms=to_ms(now))
    payer = {"holder": "Les Soies", "iban": "FR7630006000011234567890189", "bic": "AGRIFRPPXXX"}
    policy = PayRules(yearly_payroll_micro=500_000_000_000, payer=payer)
    set_policy(policy, operator, to_ms(now))
    begin = now - timedelta(days=12)
    project = Project.objects.earliest("id").pk
    work_hours(worker, project, int(begin.timestamp() * 1000), 2 * HOUR_MS)
    last = now.date() - timedelta(days=3)
    closed = make_period(last - timedelta(days=13), last, to_ms(now))
    close_period(closed.pk, operator, to_ms(now))
    account = Account("Ada Ménard", number="987654321", bank="000312345")
    set_account(worker, "bank", account, to_ms(now))
    made = make_file(PaymentFile.Kind.BANK, "CAD", operator, to_ms(now))
    send_file(made.pk, operator, to_ms(now))
    due = make_period(last + timedelta(days=1), last + timedelta(days=14), to_ms(now))
    preview(due, operator, to_ms(now))
    show_skill(worker)
    own_answer = Answer.objects.filter(worker__person=worker, counted=True).earliest("id")
    skill = CredentialRequest("skill", "S01", "fr", HOLDER)
    credential = make_credential(worker, skill, "", to_ms(now))
    _link, token = make_link(worker, [credential.pk], 90, "", to_ms(now))
    return {
        "case": take_lessons(worker.pk, to_ms(now)),
        "answer": own_answer.pk,
        "answer_project": own_answer.project_id,
        "credential": credential.pk,
        "status": credential.status_list_id,
        "shown": token,
        "statement": Statement.objects.get(person=worker).pk,
        "file": made.pk,
        "period": due.pk,
        "person": worker.pk,
        "closed": closed.pk,
        "year": closed.pay_day.year,
        "project": project,
        "study": send_elsewhere(worker.pk, to_ms(now)),
        **put_texts(worker.pk, to_ms(now)),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(make_paid(sys.argv[1])))
