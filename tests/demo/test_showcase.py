"""What a demo shows besides its digits: a model, cards, hard content, a dispute won."""

import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from canut.__main__ import main
from canut.actions.rules.evaluation import evaluate
from canut.core.clock import to_ms
from canut.core.messages import message
from canut.core.rules.reading import shipped_register
from canut.core.rules.verdicts import RuleVerdictKind, count_by_verdict, judge
from canut.demo import jobs, model_and_card, month, sample_reviews
from canut.demo import project as demo
from canut.demo.digits import Digits, read_digits
from canut.demo.settings import MIDDLEWARE
from canut.demo.status import WHOLE, demo_flag
from canut.store.models import Decision, Payment, Statement
from canut.store.rules.verdicts import facts_at
from canut.store.tables.datasets import ExportFile
from canut.store.tables.learning import Proposal

NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)
LANGUAGES = ("fr", "en")
REGISTER = {
    RuleVerdictKind.NOT_MET: 19,
    RuleVerdictKind.NEEDS_OPERATOR: 17,
    RuleVerdictKind.UNKNOWN: 31,
    RuleVerdictKind.MET: 55,
    RuleVerdictKind.NOT_APPLICABLE: 5,
}
"""Rules by verdict on the demo. What mends one, or builds what is missing, changes it here."""
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def shown(
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    tmp_path: Path,
    stop_clock: Callable[[datetime], None],
) -> None:
    """Make a whole demo of fewer pictures, reviews and sittings."""
    settings.DATA = tmp_path
    settings.MIDDLEWARE = MIDDLEWARE
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr("os.fsync", lambda _file: None)
    for module in (demo, model_and_card):
        monkeypatch.setattr(module, "read_digits", few_digits)
    monkeypatch.setattr(demo, "ANSWERS", 260)
    monkeypatch.setattr(demo, "PILOT_ANSWERS", 80)
    monkeypatch.setattr(month, "SITTINGS", 2)
    monkeypatch.setattr(sample_reviews, "REVIEWS", 900)
    stop_clock(NOW)
    demo.prepare_demo(to_ms(NOW))
    jobs.make_remaining(has_jobs=False)


def few_digits() -> Digits:
    digits = read_digits()
    return Digits(digits.ink[:160], digits.digit[:160])


class Visitor:
    """A browser that comes in by a door of the demo."""

    def __init__(self, role: str = "") -> None:
        self._client = Client()
        if role:
            assert self._client.post(f"/demo/enter/{role}").status_code == 302

    def page(self, address: str, language: str) -> str:
        """Return a page in a language."""
        answer = self._client.get(address, headers={"accept-language": language})
        assert answer.status_code == 200, address
        return answer.content.decode()


@pytest.mark.slow
@pytest.mark.usefixtures("shown")
def test_demo_shows_a_model_cards_hard_content_and_a_dispute_won(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert demo_flag(WHOLE)
    for language in LANGUAGES:
        model_is_in_the_loop(language)
        cards_are_public(language)
        hard_content_is_announced_and_limited(language)
        dispute_was_won_and_paid(language)
        projects_are_in_the_language_of_the_reader(language)
        lessons_are_passed_and_wait_for_a_mark(language)
    datasets_are_verified(tmp_path, capsys)
    assert not jobs.make_remaining(has_jobs=False)


def model_is_in_the_loop(language: str) -> None:
    """Proposals, some of them hidden, and how often people say the same."""
    page = Visitor("requester").page("/projects/demo/actors/", language)

    proposals = Proposal.objects.filter(project__slug="demo")
    assert {True, False} == set(proposals.values_list("is_hidden", flat=True))
    assert "canut-image 1" in page
    assert message(language, "page.models.when_it_is_hidden") in page
    assert simulated(page)


def cards_are_public(language: str) -> None:
    """Anyone reads them from the first page on, with what people earned."""
    anyone = Visitor()
    assert 'href="/cards/"' in anyone.page("/", language)
    cards = anyone.page("/cards/", language)
    for slug in model_and_card.RELEASED:
        assert f'href="/cards/{slug}/"' in cards
        assert simulated(anyone.page(f"/cards/{slug}/", language))
    earned = anyone.page("/cards/mois/", language)
    for figure in ("floor_basis", "under_floor_after"):
        assert message(language, f"card.{figure}") in earned
    assert message(language, "grade.recomputed").lower() in earned.lower()


def hard_content_is_announced_and_limited(language: str) -> None:
    """A worker reads the risk before beginning, and sees their exposure and their own limit."""
    worker = Visitor("worker")
    risk = message(language, "page.work_home.risk_of_4", label=3)
    assert risk in worker.page("/work/", language)
    workbench = worker.page("/work/moderation/", language)
    assert {"fr": "haine et insultes", "en": "hatred and insults"}[language] in workbench
    exposure = worker.page("/work/exposure", language)
    assert message(language, "page.exposure.why_own") in exposure


def lessons_are_passed_and_wait_for_a_mark(language: str) -> None:
    """The worker passed a lesson; the reviewer can mark the case of somebody unknown."""
    lesson = Visitor("worker").page("/lessons/click-life/", language)
    assert message(language, "page.lessons.passed") in lesson
    desk = Visitor("reviewer")
    waiting = desk.page("/marking/", language)
    (number,) = set(re.findall(r'href="/marking/(\d+)"', waiting))
    sheet = desk.page(f"/marking/{number}", language)
    assert message(language, "page.lessons.send_mark") in sheet
    assert "Noor" not in sheet


def dispute_was_won_and_paid(language: str) -> None:
    """The rejected answer, the appeal and the human decision; the period of it is paid."""
    worker = Visitor("worker")
    decisions = worker.page("/decisions/", language)
    assert "Sacha" in decisions
    assert message(language, "page.mine.you_won") in decisions
    rejection = Decision.objects.get(person__username=month.WORKER, kind="rejection")
    assert rejection.undone_ms
    paid = Statement.objects.filter(person__username=month.WORKER).order_by("period__first_day")[0]
    assert Payment.objects.get(statement=paid).state == Payment.State.CONFIRMED
    assert message(language, "common.received") in worker.page("/pay/", language)


def projects_are_in_the_language_of_the_reader(language: str) -> None:
    """Titles, questions and organisations; the worker's record names projects, never slugs."""
    words = {
        "fr": ("Chiffres manuscrits", "Avis de visiteurs", "Que faire de ce commentaire"),
        "en": ("Handwritten digits", "Visitors’ reviews", "What should be done with this comment"),
    }
    (other,) = words.keys() - {language}
    worker = Visitor("worker")
    page = worker.page("/work/", language)
    assert [text for text in words[language] if text not in page] == []
    assert [text for text in words[other] if text in page] == []
    record = worker.page("/account/record", language)
    assert words[language][1] in record
    assert not [slug for slug in ("demo", "mois", "moderation") if f">{slug}<" in record]


def datasets_are_verified(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``canut verify`` accepts each dataset with the policy of this instance."""
    capsys.readouterr()
    assert main(["policy"]) == 0
    (folder / "policy.txt").write_text(capsys.readouterr().out)
    exports = ExportFile.objects.filter(what="bundle")
    assert exports.count() == len(model_and_card.RELEASED)
    for export in exports:
        archive = folder / "exports" / export.token / "bundle.zip"
        with zipfile.ZipFile(archive) as dataset:
            dataset.extractall(folder / export.token)
        (inside,) = (folder / export.token).iterdir()
        assert main(["verify", str(inside), "--policy", str(folder / "policy.txt")]) == 0


def simulated(page: str) -> bool:
    """Return whether a page says that its people are simulated."""
    return "simul" in page.lower()


@pytest.mark.usefixtures("shown")
def test_register_of_rules_on_the_demo_keeps_its_counts_by_verdict() -> None:
    evaluate(to_ms(NOW))

    verdicts = judge(shipped_register(), facts_at(NOW.date()))

    assert count_by_verdict(verdicts) == REGISTER
