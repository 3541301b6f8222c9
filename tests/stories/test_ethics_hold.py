"""A hold from the election of who holds to its end: lifted, overridden, or never overridden."""

import html
import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from canut.actions.ledger.sequencer import sequence
from canut.actions.operations import scheduler
from canut.actions.participation.ethics_terms import propose_outsider
from canut.actions.work.ethics_gate import check_may_lend
from canut.actions.work.leases import lease_tasks
from canut.actions.work.submission import Submission, submit
from canut.core.clock import to_ms
from canut.core.ethics.register import words_sha256
from canut.core.ledger.log import read_entry
from canut.store.ethics.reviews import register_years, years_from
from canut.store.ledger.logs import entry_at, log_named
from canut.store.models import (
    Election,
    EthicsHold,
    EthicsHour,
    EthicsOpinion,
    EthicsOverride,
    EthicsReview,
    EthicsTerm,
    PayLine,
    Person,
)
from tests.support.ethics import ANSWERS, FACTS, POINTS, REASONS, Bench, set_bench
from tests.support.factories import NOW, answer_next, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
type StopClock = Callable[[datetime], None]
EN, FR = {"accept-language": "en"}, {"accept-language": "fr"}
HOLD = {"act": "opinion", "verdict": "hold", "words": REASONS, "points": POINTS, "facts": FACTS}


def day(number: float) -> datetime:
    return NOW + timedelta(days=number)


def signed_in(person: Person) -> Client:
    browser = Client()
    browser.force_login(person)
    return browser


def read(person: Person | None, name: str, *parts: object, headers: dict[str, str] = EN) -> str:
    browser = Client() if person is None else signed_in(person)
    page = browser.get(reverse(name, args=parts), headers=headers, follow=True)
    assert page.status_code == 200, (name, page.status_code)
    return html.unescape(page.content.decode()).replace("\xa0", " ").replace("\u202f", " ")


def act(person: Person, number: int, **fields: object) -> int:
    answer = signed_in(person).post(reverse("ethics_act", args=[number]), fields, headers=EN)
    return answer.status_code


def check_register_is_the_log() -> None:
    """Count the register anew from the public entries of the platform log."""
    sequence(to_ms(day(500)))
    log = log_named(None)
    entries = [read_entry(bytes(entry_at(log, place).body)) for place in range(log.size)]
    public = [(entry.kind, entry.facts) for entry in entries if entry.commitment is None]
    assert years_from(public) == register_years()
    words = [str(facts["sha256"]) for kind, facts in public if kind == "ethics.opinion"]
    assert words == [opinion.sha256 for opinion in EthicsOpinion.objects.order_by("id")]


def elect(stop_clock: StopClock, bench: Bench, *outsiders: Person) -> None:
    """Elect people from outside whom a representative proposed, on the pages of the office."""
    stop_clock(day(0))
    voice = bench.council[0]
    office = signed_in(voice)
    for outsider in outsiders:
        propose_outsider(outsider, "Ten years of ethics of AI.", by=voice, now_ms=to_ms(day(0)))
    for worker in bench.made.workers:
        answer_next(worker, now_ms=to_ms(day(-1)))
    assert office.post(reverse("ethics_office_act"), {"act": "open"}).status_code == 302
    for outsider in outsiders:
        fields = {"act": "stand", "words": "I read, ask, and say why."}
        answer = signed_in(outsider).post(reverse("ethics_office_act"), fields)
        assert answer.status_code == 302
    assert signed_in(bench.operator).post(
        reverse("ethics_office_act"), {"act": "stand", "words": "Me."}
    ).status_code == 403  # fmt: skip
    stop_clock(day(8))
    chosen = [str(row.pk) for row in Election.objects.get(kind="ethics").candidates.all()]
    for worker in bench.made.workers:
        assert worker.person is not None
        ballot = {"act": "ballot", "candidates": chosen}
        assert signed_in(worker.person).post(
            reverse("ethics_office_act"), ballot
        ).status_code == 302  # fmt: skip
    stop_clock(day(15))
    scheduler.run_due()


def test_elected_reviewer_holds_a_project_people_are_told_and_paid_and_it_is_lifted(
    stop_clock: StopClock,
) -> None:
    bench = set_bench(council=1, reviewers=0, workers=4, tasks=12, overlap=3)
    assert "Personne n’est élu." in read(None, "ethics", headers=FR)
    first, second = (make_person(shown_name=name) for name in ("Éloi", "Maud"))
    elect(stop_clock, bench, first, second)
    assert [term.is_deputy for term in EthicsTerm.objects.all()] == [False, False]
    terms = EthicsTerm.objects.get(person=first)
    assert terms.ends_ms == Election.objects.get(kind="ethics").closes_ms + 730 * 86_400_000
    page = read(None, "ethics")
    assert "Éloi" in page
    assert "Nobody is elected." not in page

    ana, ben = bench.made.workers[:2]
    assert ana.person is not None
    assert ben.person is not None
    begun = lease_tasks(ana.pk, 1, to_ms(day(15))).tasks[0]
    answer = signed_in(bench.requester).post(reverse("project_ethics", args=[bench.project.slug]))
    assert answer.status_code == 302
    number = bench.review.pk
    assert "avis 1" in read(first, "ethics_reading", number)
    assert EthicsHour.objects.filter(person=first).count() <= 1
    assert (
        signed_in(bench.operator).get(reverse("ethics_reading", args=[number])).status_code == 403
    )
    assert act(first, number, act="ask", words="Who agreed?") == 302
    assert act(bench.requester, number, act="answer", words="The clinic.",
               question=bench.review.questions.get().pk) == 302  # fmt: skip
    short = HOLD | {"words": "Too short.", "grounds": ["consent"]}
    assert act(first, number, **short) == 422
    assert act(first, number, **HOLD | {"grounds": ["consent"], "facts": ""}) == 422
    assert act(first, number, **HOLD | {"grounds": ["consent"]}) == 302

    home = read(ben.person, "work_home")
    assert "Held by an ethics reviewer" in home
    told = read(ben.person, "workbench", bench.project.slug)
    assert "Faces can be recognised." in told
    assert "All your work is paid" in told
    assert "Tout votre travail est payé" in read(ben.person, "ethics_review", number, headers=FR)
    receipt = submit(ana.pk, Submission(begun.lease, "a" * 32, {"q": "oui"}), to_ms(day(15)) + 9000)
    assert PayLine.objects.get(answer=receipt.answer).piece_micro > 0

    for point, words in enumerate(("Every face is blurred.", "All ten people signed.")):
        assert act(bench.requester, number, act="reply", point=point, words=words) == 302
    assert act(second, number, act="lift", words=ANSWERS) == 302

    assert bench.project.held_ms is None
    assert lease_tasks(ben.pk, 1, to_ms(day(15)) + 9000).tasks
    page = read(None, "ethics_review", number)
    for words in ("Faces can be recognised.", "Every face is blurred.", "We blurred every face."):
        assert words in page
    check_register_is_the_log()
    figures = Client().get(reverse("ethics_file")).json()
    assert [line["outcome"] for line in figures["holds"]] == ["lifted"]


def test_lost_appeal_then_28_days_then_a_signed_override_beside_the_reviewers_words(
    stop_clock: StopClock,
) -> None:
    bench = set_bench(workers=1)
    stop_clock(day(0))
    number = bench.review.pk
    assert act(bench.reviewer, number, **HOLD | {"grounds": ["privacy"]}) == 302
    assert act(bench.operator, number, act="override", words=ANSWERS) == 409
    assert act(bench.requester, number, act="appeal", words=ANSWERS) == 302
    stop_clock(day(2))
    for voice, choice in zip(bench.council, ("yes", "no", "no"), strict=True):
        assert act(voice, number, act="vote", choice=choice, words=REASONS) == 302
    assert act(bench.operator, number, act="vote", choice="yes", words=REASONS) == 403
    stop_clock(day(7))
    scheduler.run_due()
    hold = EthicsHold.objects.get()
    assert (hold.appeal, hold.state) == ("upheld", "held")
    assert "The representatives kept the hold." in read(None, "ethics_review", number)
    stop_clock(day(13))
    assert act(bench.reviewer, number, act="renew", words=REASONS) == 302
    assert act(bench.reviewer, number, act="renew", words=REASONS) == 409

    stop_clock(day(29))
    scheduler.run_due()
    assert EthicsHold.objects.get().state == "lapsed"
    assert bench.project.held_ms is not None  # nothing opens in silence
    assert "28 days" in read(bench.operator, "ethics_review", number)
    assert act(bench.operator, number, act="override", words="We go on.") == 422
    assert act(bench.requester, number, act="override", words=ANSWERS) == 403
    assert act(bench.operator, number, act="override", words=ANSWERS) == 302

    assert bench.project.held_ms is None
    page = read(None, "ethics_review", number)
    assert page.index("Faces can be recognised.") < page.index("We blurred every face.")
    assert "Opé, who runs this instance, overrides the hold" in page
    assert ("Overridden by the operator" in page, "An opinion lets it open" in page) == (
        True,
        False,
    )
    signed = EthicsOverride.objects.get()
    assert signed.sha256 == words_sha256(signed.reasons)
    for change in (
        lambda: EthicsOverride.objects.update(reasons="Softer."),
        lambda: EthicsOverride.objects.all().delete(),
        lambda: EthicsOpinion.objects.update(reasons="Softer."),
    ):
        with pytest.raises(DatabaseError, match="stays as it was written"), transaction.atomic():
            change()
    check_register_is_the_log()
    figures = json.loads(Client().get(reverse("ethics_file")).content)
    assert figures["years"][0]["overridden"] == 1
    # The same facts hold nothing again; the reviewer overrules the override by a new one.
    assert act(bench.reviewer, number, **HOLD | {"grounds": ["privacy"]}) == 422
    new = HOLD | {"grounds": ["privacy"], "facts": "A third person was recognised."}
    assert act(bench.reviewer, number, **new) == 302
    assert bench.project.held_ms is not None


def test_override_is_refused_for_minors_whatever_is_written_and_by_the_database_too(
    stop_clock: StopClock,
) -> None:
    bench = set_bench(workers=1)
    stop_clock(day(0))
    number = bench.review.pk
    assert act(bench.reviewer, number, **HOLD | {"grounds": ["minors", "pay"]}) == 302
    stop_clock(day(10))
    assert act(bench.reviewer, number, act="renew", words=REASONS) == 302
    stop_clock(day(40))
    scheduler.run_due()

    assert "Sign the override" not in read(bench.operator, "ethics_review", number)
    assert act(bench.operator, number, act="override", words=ANSWERS) == 403
    assert not EthicsOverride.objects.exists()
    row = EthicsHold.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        EthicsHold.objects.filter(pk=row.pk).update(state="overridden", ended_ms=1)
    assert bench.project.held_ms is not None
    assert EthicsReview.objects.get().project == bench.project


def test_where_nobody_is_in_office_the_page_says_that_no_opinion_was_given() -> None:
    bench = set_bench(council=0, reviewers=0, severity=2)
    with transaction.atomic():
        check_may_lend(bench.made.project, to_ms(day(1)))

    page = read(None, "ethics_review", EthicsReview.objects.get().pk)
    office = read(bench.operator, "ethics_office")

    assert "Opened without opinion: nobody is elected" in page
    assert "An opinion lets it open" not in page
    assert "You may stand" not in office  # an operator never does
    assert "You may stand" in read(bench.requester, "ethics_office")
