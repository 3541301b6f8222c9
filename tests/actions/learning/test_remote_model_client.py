"""A model behind an address joins the loop, and is guarded like any address somebody gives."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import sleep
from typing import Any

import numpy as np
import pytest
from pytest_django import Settings

from canut.actions.integrations.http_client import HttpLimits
from canut.actions.learning import remote_model_client, remote_proposals
from canut.actions.learning.loop import set_loop_rule
from canut.actions.learning.model_cards import export_model, model_card
from canut.actions.learning.remote_model_client import RemoteModel
from canut.actions.learning.remote_proposals import ask_far_model, ask_far_soon, silence_of
from canut.actions.learning.training import Own, train
from canut.actions.operations.jobs import train_model
from canut.core.errors import BadFile, BadInput, Conflict
from canut.store.models import Proposal, Trained
from tests.actions.learning.test_loop import RULE, Loop
from tests.support.factories import NOW_MS

pytestmark = pytest.mark.django_db
LABELS = ["oui", "non"]
type Say = Callable[[dict[str, Any]], object]


class Far:
    """A model that runs elsewhere; ``say`` turns what it is asked into what it answers."""

    def __init__(self) -> None:
        self.say: Say = lambda asked: {"chances": [[0.7, 0.3]] * len(asked["items"])}
        self.status = 200
        self.asked: list[dict[str, Any]] = []
        far = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                far.asked.append(json.loads(body))
                said = far.say(far.asked[-1])
                answer = said if isinstance(said, bytes) else json.dumps(said).encode()
                self.send_response(far.status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_request(self, code: object = "-", size: object = "-") -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/model"


@pytest.fixture
def far(settings: Settings) -> Iterator[Far]:
    settings.WEBHOOKS_INSIDE = True
    one = Far()
    thread = Thread(target=one.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield one
    one.server.shutdown()
    one.server.server_close()
    thread.join()


def taught(far: Far) -> RemoteModel:
    """Return an endpoint that was taught two texts."""
    model = RemoteModel(far.url, LABELS)
    model.fit(["beau", "laid"], np.array([[0.9, 0.1], [0.2, 0.8]]))
    return model


def test_one_request_teaches_and_asks(far: Far) -> None:
    far.say = lambda asked: {"chances": [[0.6, 0.4]] * len(asked["items"]), "base": "embeddings"}

    model = taught(far)
    told = model.predict(["doux", "vif"])

    assert told.tolist() == [[0.6, 0.4], [0.6, 0.4]]
    assert model.base == "embeddings"
    assert far.asked == [
        {
            "v": 1,
            "labels": LABELS,
            "learn": {"items": ["beau", "laid"], "chances": [[0.9, 0.1], [0.2, 0.8]]},
            "items": ["doux", "vif"],
        }
    ]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (b"not json", "cannot be read"),
        ({"chances": [[1.0]]}, "expected"),
        ({"said": 1}, "cannot be read"),
        ({"chances": "many"}, "cannot be read"),
    ],
)
def test_answer_of_another_form_is_refused(far: Far, said: object, why: str) -> None:
    far.say = lambda _: said

    with pytest.raises(Conflict, match=why):
        taught(far).predict(["doux"])


def test_failure_of_the_other_side_is_told(far: Far) -> None:
    far.status = 500

    with pytest.raises(Conflict, match="it said 500"):
        taught(far).predict(["doux"])


def test_slow_model_is_waited_for_no_longer_than_allowed(
    far: Far, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_model_client, "LIMITS", HttpLimits(0.2, 1_000))
    far.say = lambda _: sleep(0.6)

    with pytest.raises(Conflict, match="it said time"):
        taught(far).predict(["doux"])


def test_too_much_is_neither_sent_nor_read(far: Far, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_model_client, "MOST_BYTES", 300)
    monkeypatch.setattr(remote_model_client, "LIMITS", HttpLimits(5.0, 301))
    far.say = lambda _: b" " * 5_000

    with pytest.raises(Conflict, match="answer has more than 300 bytes"):
        taught(far).predict(["doux"])
    with pytest.raises(Conflict, match="the question has"):
        taught(far).predict(["doux" * 100])


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "https://10.0.0.1/", "ftp://example.org/"])
def test_address_inside_a_network_is_not_called(settings: Settings, url: str) -> None:
    settings.WEBHOOKS_INSIDE = False

    with pytest.raises(BadInput):
        RemoteModel(url, LABELS)


def test_outside_model_proposes_in_a_project(far: Far) -> None:
    far.say = lambda asked: {"chances": [[0.7, 0.3]] * len(asked["items"]), "base": "embeddings"}
    loop = Loop(tasks=60)
    loop.answer(30)

    own = Own(lambda: RemoteModel(far.url, LABELS), "far")
    trained = train(loop.project, loop.now_ms, own=own)

    assert trained.base == "embeddings"
    assert Proposal.objects.filter(source="far 1").count() == 30


def joined(far: Far, tasks: int = 60, *, answers: int = 40) -> Loop:
    """Return a project whose model answers at an address, and has learnt there."""

    def say(asked: dict[str, Any]) -> object:
        good = ["belle", "douce", "vive", "claire", "solide", "fine"]
        told = [any(word in text for word in good) for text in asked["items"]]
        return {"chances": [[0.97, 0.03] if is_good else [0.03, 0.97] for is_good in told]}

    far.say = say
    loop = Loop(tasks=tasks)
    set_loop_rule(loop.project, replace(RULE, endpoint=far.url), NOW_MS)
    loop.answer(answers)
    train_model.call(loop.project.pk, None)
    far.asked.clear()
    return loop


def later(loop: Loop) -> int:
    """Return ever later moments."""
    loop.now_ms += 86_400_000
    return loop.now_ms


def test_model_at_an_address_learns_and_proposes_with_labour_unknown(far: Far) -> None:
    loop = joined(far)

    trained = Trained.objects.get(project=loop.project)
    card = model_card(trained)

    assert (trained.form, trained.base) == ("endpoint", "127.0.0.1")
    assert card["labour"]["unknown"] == {"en": "labour unknown", "fr": "travail inconnu"}
    assert set(Proposal.objects.values_list("source", flat=True)) == {"127.0.0.1 1"}
    with pytest.raises(Conflict, match="kept where it runs"):
        export_model(trained, loop.now_ms)


def test_new_tasks_are_told_by_what_the_version_learnt(far: Far) -> None:
    loop = joined(far)
    taught = ask_far_model(loop.project, later(loop))
    new = loop.add(30)
    loop.answer(10)

    assert taught == 0
    assert ask_far_model(loop.project, later(loop)) == Proposal.objects.filter(task__in=new).count()
    (asked,) = far.asked
    assert len(asked["learn"]["items"]) == 40
    assert len(asked["learn"]["chances"]) == 40
    assert Proposal.objects.filter(task__in=new, source="127.0.0.1 1").count() >= 20


def test_new_tasks_are_asked_about_in_batches_and_not_all_at_once(
    far: Far, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = joined(far)
    monkeypatch.setattr(remote_proposals, "AT_ONCE", 10)
    monkeypatch.setattr(remote_proposals, "MOST", 25)
    loop.add(40)

    told = [ask_far_model(loop.project, later(loop)) for _ in range(3)]

    assert told == [25, 15, 0]
    assert [len(one["items"]) for one in far.asked] == [10, 10, 5, 10, 5]


def test_silent_address_is_told_and_left_alone_for_a_while(far: Far) -> None:
    loop = joined(far)
    loop.add(10)
    far.status = 503

    assert ask_far_model(loop.project, loop.now_ms) == 0
    silence = silence_of(loop.project.pk)
    assert silence is not None
    assert "it said 503" in silence.why
    assert not ask_far_soon(loop.project, loop.now_ms + 599_000)
    assert ask_far_soon(loop.project, loop.now_ms + 601_000)
    assert not ask_far_soon(loop.project, loop.now_ms + 602_000), "it waits already"

    far.status = 200
    assert ask_far_model(loop.project, later(loop)) == 10
    assert silence_of(loop.project.pk) is None


def test_address_that_fails_to_learn_is_told_on_the_page(far: Far) -> None:
    loop = joined(far)
    far.status = 500

    train_model.call(loop.project.pk, None)

    assert silence_of(loop.project.pk) is not None
    assert Trained.objects.count() == 1


def test_version_is_asked_no_more_once_the_address_is_another(far: Far) -> None:
    loop = joined(far)
    loop.add(10)
    elsewhere = far.url.replace("127.0.0.1", "localhost")
    set_loop_rule(loop.project, replace(RULE, endpoint=elsewhere), loop.now_ms)

    assert ask_far_model(loop.project, later(loop)) == 0
    assert far.asked == []


def test_rule_refuses_an_address_inside_a_network(settings: Settings) -> None:
    settings.WEBHOOKS_INSIDE = False
    loop = Loop(tasks=1)

    with pytest.raises(BadInput, match="inside a network"):
        set_loop_rule(loop.project, replace(RULE, endpoint="https://10.0.0.1/m"), NOW_MS)


def test_lesson_that_is_none_is_refused() -> None:
    with pytest.raises(BadFile, match="no lesson"):
        remote_model_client.lesson_read(b"PK nothing")
