"""Somebody withdraws their picture: from the public form to the proof that the next model lacks it.

The client asks for the work, somebody else runs the instance. The clock moves as far as the answer,
its appeal and the end of retention.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from canut_verify.__main__ import main
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from canut.actions.datasets import withdrawals
from canut.actions.datasets.bundles import policy_text
from canut.core.clock import from_ms
from canut.core.errors import Missing
from canut.store.media.files import media_bytes
from canut.store.models import PayLine, Person, WithdrawalRequest
from tests.support.withdrawals import FIRST_PICTURE, Gallery, make_gallery, picture

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("loggable"),
    pytest.mark.slow,
    pytest.mark.dialect,
]
type StopClock = Callable[[datetime], None]
SHA256 = sha256(picture(FIRST_PICTURE)).hexdigest()
DAY = timedelta(days=1)


class Walk:
    """The gallery, its clock, and browsers of whoever walks through the pages."""

    def __init__(self, stop_clock: StopClock) -> None:
        self.gallery: Gallery = make_gallery()
        self.visitor = Client(headers={"accept-language": "en"})
        self._stop = stop_clock
        self.to(timedelta(minutes=1))

    def to(self, later: timedelta) -> None:
        """Move the clock."""
        self.gallery.now_ms += round(later.total_seconds() * 1000)
        self._stop(from_ms(self.gallery.now_ms))

    def browser(self, person: Person) -> Client:
        """Return a browser in which somebody is signed in."""
        client = Client(headers={"accept-language": "en"})
        client.force_login(person)
        return client

    def read(self, client: Client, address: str) -> str:
        """Return the text of a page."""
        answer = client.get(address)
        assert answer.status_code == 200, address
        return answer.content.decode().replace("\xa0", " ").replace("\u202f", " ")

    def send(self, **fields: str) -> str:
        """Send the public form; return the address of the private page."""
        answer = self.visitor.post(self.form, fields)
        assert answer.status_code == 302, answer.content.decode()
        return answer["Location"]

    @property
    def form(self) -> str:
        """The address of the public form."""
        return reverse("withdraw", args=[self.gallery.project.slug])

    @property
    def case(self) -> str:
        """The address of the newest request, for whoever decides."""
        newest = WithdrawalRequest.objects.order_by("-pk").first()
        assert newest is not None
        return reverse("withdrawals_case", args=[newest.pk])


@pytest.fixture
def walk(stop_clock: StopClock) -> Walk:
    """Begin the walk."""
    return Walk(stop_clock)


def test_from_the_form_to_the_answer(walk: Walk, settings: Settings) -> None:
    settings.SENDS_MAIL = True
    gallery, requester = walk.gallery, walk.browser(walk.gallery.requester)
    gallery.answer_all()
    pay = list(PayLine.objects.order_by("pk").values())

    assert gallery.project.title not in walk.read(walk.visitor, walk.form)
    private = walk.send(sha256=SHA256.upper(), contact="me@example.org")
    case = walk.case
    nowhere = walk.send(sha256="0" * 64)
    answers = [walk.read(walk.visitor, page) for page in (private, nowhere)]
    assert all("Waiting for an answer" in text for text in answers)
    assert walk.visitor.get(private)["X-Robots-Tag"] == "noindex"

    walk.to(31 * DAY)
    assert "2 withdrawal requests should have been answered" in walk.read(requester, "/")
    assert "Overdue" in walk.read(requester, reverse("withdrawals"))
    operator = walk.browser(gallery.operator)
    assert "2 withdrawal requests should have been answered" in walk.read(operator, "/")
    assert "Overdue in projects of others" in walk.read(operator, reverse("withdrawals"))
    text = walk.read(requester, case)
    assert f"{FIRST_PICTURE}.png" in text
    assert "checked" in text
    assert requester.post(case, {"state": "granted", "words": ""}).status_code == 422
    reply = {"tasks": [gallery.withdrawn.pk], "state": "granted", "words": "It is you."}
    assert requester.post(case, reply).status_code == 302
    assert [letter.to for letter in mail.outbox] == [["me@example.org"]]
    assert private in mail.outbox[0].body

    text = walk.read(walk.visitor, private)
    for words in ("It is you.", "Paul Tessier", "No model was trained since", "does not prove"):
        assert words in text
    with pytest.raises(Missing):
        media_bytes(gallery.project.pk, SHA256, smooth=False)
    assert list(PayLine.objects.order_by("pk").values()) == pay
    material = walk.read(requester, reverse("project_material", args=[gallery.project.slug]))
    assert "1 item was withdrawn." in material

    walk.to(119 * DAY)
    withdrawals.run_withdrawals(gallery.now_ms)
    later = walk.browser(gallery.requester)
    assert "me@example.org" not in walk.read(later, case)
    assert "It is you." in walk.read(walk.visitor, private)
    french = Client(headers={"accept-language": "fr"}).get(private).content.decode()
    assert "Ce que cela ne prouve pas" in french


def test_from_one_model_to_the_proof_of_the_next(
    walk: Walk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gallery, requester = walk.gallery, walk.browser(walk.gallery.requester)
    gallery.answer_all()
    first = gallery.train()
    walk.to(DAY)
    private = walk.send(sha256=SHA256)
    walk.to(DAY)
    reply = {"tasks": [gallery.withdrawn.pk], "state": "granted", "words": "It is you."}
    assert requester.post(walk.case, reply).status_code == 302
    assert "was in the model canut-image 1" in walk.read(walk.visitor, private)
    assert walk.visitor.get(f"{private}proof.json").status_code == 409
    export = reverse("project_model_file", args=[gallery.project.slug, first.pk])
    assert requester.post(export).status_code == 409

    walk.to(DAY)
    gallery.train()
    walk.to(DAY)
    assert "It is absent from the model canut-image 2" in walk.read(walk.visitor, private)
    (tmp_path / "proof.json").write_bytes(walk.visitor.get(f"{private}proof.json").content)
    (tmp_path / "policy.txt").write_text(policy_text())
    (tmp_path / "me.png").write_bytes(picture(FIRST_PICTURE))
    words = ["absence", str(tmp_path / "proof.json"), "--lang", "en"]
    more = ["--policy", str(tmp_path / "policy.txt"), "--file", str(tmp_path / "me.png")]
    assert main([*words, *more]) == 0
    assert "is not in canut-image 2, which has 59 items" in capsys.readouterr().out


def test_a_refusal_is_appealed_and_won_by_waiting(walk: Walk) -> None:
    gallery, requester = walk.gallery, walk.browser(walk.gallery.requester)
    operator = walk.browser(gallery.operator)
    private = walk.send(sha256=SHA256)
    assert operator.get(walk.case).status_code == 200  # may hear an appeal, decides nothing yet
    assert "Reasons" not in walk.read(operator, walk.case)
    requester.post(walk.case, {"state": "refused", "words": "It is not you."})
    walk.to(DAY)
    assert "It is not you." in walk.read(walk.visitor, private)
    assert walk.visitor.post(private, {"what": "appeal", "words": ""}).status_code == 422
    sent = walk.visitor.post(private, {"what": "appeal", "words": "It is me."})
    assert sent.status_code == 302
    assert "Appeals for you" in walk.read(operator, reverse("withdrawals"))
    assert "Appeals for you" not in walk.read(requester, reverse("withdrawals"))
    walk.to(15 * DAY)
    withdrawals.run_withdrawals(gallery.now_ms)
    text = walk.read(walk.visitor, private)
    assert "Nobody answered your appeal in time" in text
    assert "Granted" in text


def test_an_independent_person_answers_the_appeal(walk: Walk) -> None:
    requester, operator = (
        walk.browser(one) for one in (walk.gallery.requester, walk.gallery.operator)
    )
    private = walk.send(sha256=SHA256)
    requester.post(walk.case, {"state": "refused", "words": "It is not you."})
    walk.visitor.post(private, {"what": "appeal", "words": "It is me."})
    assert "It is me." in walk.read(operator, walk.case)
    reply = {"outcome": "upheld", "words": "The picture shows somebody else."}
    assert operator.post(walk.case, reply).status_code == 302
    assert "The refusal stands" in walk.read(walk.visitor, private)


def test_the_form_is_bounded_and_says_nothing(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert walk.visitor.post(walk.form, {}).status_code == 422
    assert walk.visitor.post(walk.form, {"sha256": "abc"}).status_code == 422
    assert walk.visitor.get("/withdraw/nowhere/").status_code == 404
    assert walk.visitor.get("/withdraw/request/1.forged/").status_code == 404
    monkeypatch.setattr(withdrawals, "MOST_AN_HOUR", 2)
    far = Client(REMOTE_ADDR="203.0.113.9")
    codes = [far.post(walk.form, {"words": "me"}).status_code for _time in range(3)]
    assert codes == [302, 302, 422]
    private = walk.send(words="me")
    answer = walk.visitor.post(private, {"what": "erase"})
    assert answer["Location"] == walk.form
    assert walk.visitor.get(private).status_code == 404


def test_strangers_see_no_request(walk: Walk) -> None:
    walk.send(words="me")
    other = make_gallery(2)
    stranger = walk.browser(other.requester)
    assert stranger.get(walk.case).status_code == 404
    assert walk.visitor.get(walk.case).status_code in {302, 403}
    assert "Nobody has asked for anything" in walk.read(stranger, reverse("withdrawals"))
