"""Every operation of the API has a method of the client, or a reason why it has none."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from canut.core.kinds import check_schema, questions_of
from canut_client import Client, Prelabel, Webhook, WebhookMade, questions
from canut_client.protocol import Request
from canut_client.schemas import parse

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENT = json.loads((ROOT / "docs/en/developers/openapi.json").read_text())
EVERY = {
    (method.upper(), path.removeprefix("/api/v1/"))
    for path, item in DOCUMENT["paths"].items()
    for method in item
}
NOT_WANTED = {
    ("POST", "projects/{project}/tasks"): "rows go by an upload, which can be resumed",
    ("DELETE", "projects/{project}/leases/{lease}"): "release() gives any number of leases back",
    ("POST", "projects/{project}/answers/{answer}/reject"): "a person decides this, on the page",
    ("GET", "lessons"): "lessons are for people, who read them on their page",
    ("GET", "lessons/{lesson}/figures"): "people read them beside the lesson",
}
type Call = Callable[[Client, Path], object]
CALLS: dict[str, Call] = {
    "GET key": lambda c, _: c.key(),
    "GET organisations": lambda c, _: c.organisations(),
    "GET projects": lambda c, _: list(c.projects()),
    "POST projects": lambda c, _: c.begin_project("t"),
    "GET projects/{project}": lambda c, _: c.project("p"),
    "PATCH projects/{project}": lambda c, _: c.change_project("p", title="t"),
    "PUT projects/{project}/overlap": lambda c, _: c.set_overlap("p", 3),
    "PUT projects/{project}/aims": lambda c, _: c.write_aims(
        "p", **dict.fromkeys(("business", "social", "ethical", "whose", "consent", "paid"), "x")
    ),
    "PUT projects/{project}/risk": lambda c, _: c.write_risk("p", 0),
    "PUT projects/{project}/chain": lambda c, _: c.write_chain("p", "x"),
    "POST projects/{project}/questions": lambda c, _: c.ask("p", {}),
    "POST projects/{project}/rates": lambda c, _: c.price("p", "CAD"),
    "GET projects/{project}/cost": lambda c, _: c.cost("p"),
    "POST projects/{project}/start": lambda c, _: c.start("p"),
    "POST projects/{project}/open": lambda c, _: c.open("p"),
    "POST projects/{project}/pause": lambda c, _: c.pause("p", "x"),
    "POST projects/{project}/close": lambda c, _: c.close_project("p", "x"),
    "POST projects/{project}/estimate": lambda c, _: c.estimate("p"),
    "GET projects/{project}/estimate": lambda c, _: c.estimate("p"),
    "GET projects/{project}/tasks": lambda c, _: list(c.tasks("p")),
    "GET projects/{project}/tasks/{task}": lambda c, _: c.task("p", 1),
    "POST projects/{project}/uploads": lambda c, _: c.add_tasks("p", [{"a": "b"}]),
    "GET projects/{project}/uploads/{upload}": lambda c, _: c.add_tasks(
        "p", [{"a": "b"}], upload="1"
    ),
    "PATCH projects/{project}/uploads/{upload}": lambda c, _: c.add_tasks("p", [{"a": "b"}]),
    "POST projects/{project}/uploads/{upload}/finish": lambda c, _: c.add_tasks("p", [{"a": "b"}]),
    "GET projects/{project}/imports": lambda c, _: list(c.imports("p")),
    "GET projects/{project}/imports/{number}": lambda c, _: c.add_tasks("p", [{"a": "b"}]),
    "GET projects/{project}/imports/{number}/problems": lambda c, _: list(
        c.import_problems("p", 1)
    ),
    "POST projects/{project}/imports/{number}/publish": lambda c, _: c.publish_import("p", 1),
    "POST projects/{project}/imports/{number}/discard": lambda c, _: c.discard_import("p", 1),
    "POST projects/{project}/prelabels": lambda c, _: c.add_prelabels(
        "p", "m", [Prelabel("k", "l")]
    ),
    "GET projects/{project}/media/{sha256}": lambda c, to: c.media("p", "1", to / "m"),
    "POST projects/{project}/leases": lambda c, _: c.lease("p"),
    "POST projects/{project}/leases/renew": lambda c, _: c.renew("p", [1]),
    "POST projects/{project}/leases/release": lambda c, _: c.release("p", [1]),
    "POST projects/{project}/answers": lambda c, _: c.answer("p", 1, {}),
    "POST projects/{project}/answers/batch": lambda c, _: c.answer_many("p", {1: {}}),
    "GET projects/{project}/answers": lambda c, _: list(c.answers("p")),
    "GET projects/{project}/results": lambda c, _: list(c.results("p")),
    "GET projects/{project}/next-answers": lambda c, _: c.next_answers("p"),
    "GET projects/{project}/gold": lambda c, _: list(c.known("p")),
    "PUT projects/{project}/tasks/{task}/gold": lambda c, _: c.mark_known("p", 1, "x"),
    "DELETE projects/{project}/tasks/{task}/gold": lambda c, _: c.unmark_known("p", 1),
    "GET projects/{project}/reviews/unsure": lambda c, _: list(c.unsure("p")),
    "GET projects/{project}/reviews/flags": lambda c, _: list(c.flags("p")),
    "GET projects/{project}/decisions": lambda c, _: list(c.decisions("p")),
    "GET projects/{project}/exports": lambda c, _: list(c.exports("p")),
    "POST projects/{project}/exports": lambda c, to: c.bundle("p", to),
    "GET projects/{project}/exports/{number}": lambda c, _: c.read_export("p", 1),
    "GET projects/{project}/exports/{number}/file": lambda c, to: c.download_export(
        "p", 1, to / "f"
    ),
    "GET projects/{project}/members": lambda c, _: c.members("p"),
    "GET projects/{project}/members/{member}": lambda c, _: c.member("p", 1),
    "DELETE projects/{project}/members/{member}": lambda c, _: c.end_member("p", 1),
    "GET projects/{project}/invitations": lambda c, _: c.invitations("p"),
    "POST projects/{project}/invitations": lambda c, _: c.invite("p"),
    "DELETE projects/{project}/invitations/{invitation}": lambda c, _: c.withdraw_invitation(
        "p", 1
    ),
    "GET projects/{project}/webhooks": lambda c, _: c.webhooks("p"),
    "POST projects/{project}/webhooks": lambda c, _: c.add_webhook("p", "u", ["task.closed"]),
    "GET projects/{project}/webhooks/{webhook}": lambda c, _: c.webhook("p", 1),
    "PATCH projects/{project}/webhooks/{webhook}": lambda c, _: c.change_webhook(
        "p", 1, state="paused"
    ),
    "DELETE projects/{project}/webhooks/{webhook}": lambda c, _: c.remove_webhook("p", 1),
    "POST projects/{project}/webhooks/{webhook}/secret": lambda c, _: c.renew_webhook_secret(
        "p", 1
    ),
    "POST projects/{project}/webhooks/{webhook}/test": lambda c, _: c.test_webhook("p", 1),
    "GET projects/{project}/webhooks/{webhook}/deliveries": lambda c, _: list(c.deliveries("p", 1)),
    "POST projects/{project}/webhooks/{webhook}/deliveries/{delivery}/replay": (
        lambda c, _: c.replay_delivery("p", 1, 1)
    ),
    "POST projects/{project}/webhooks/{webhook}/replay": lambda c, _: c.replay_webhook("p", 1, 60),
}
BEGUN: list[dict[str, Any]] = [{"upload": "1"}, {"offset": 0}]
SENT = [*BEGUN, {"offset": 1_000}]
READING = {"id": 1, "state": "reading", "tasks": 0, "set_aside": 0, "failure": None}
BEFORE: dict[str, list[dict[str, Any]]] = {
    "GET projects/{project}/estimate": [{"state": "waiting", "answers": 0, "tasks": 0, "at": None}],
    "PATCH projects/{project}/uploads/{upload}": BEGUN,
    "POST projects/{project}/uploads/{upload}/finish": SENT,
    "GET projects/{project}/imports/{number}": [*SENT, READING],
}
"""What the server answers before the request that is meant."""


class ReachedError(Exception):
    """The request that was waited for was sent."""


@pytest.fixture
def client() -> Iterator[Client]:
    with Client("http://127.0.0.1:9", "canut_x") as made:
        yield made


def test_no_operation_is_forgotten() -> None:
    named = {tuple(name.split(" ", 1)) for name in CALLS}

    assert named | set(NOT_WANTED) == EVERY
    assert not named & set(NOT_WANTED)


@pytest.mark.parametrize("name", CALLS)
def test_method_sends_the_operation(
    name: str, client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    method, template = name.split(" ", 1)
    answers, sent = iter(BEFORE.get(name, [])), list[Request]()

    def request(asked: Request) -> object:
        sent.append(asked)
        if (answer := next(answers, None)) is None:
            raise ReachedError
        return answer

    for name_of_method in ("request", "send_once", "stream"):
        path = f"canut_client.transport.Transport.{name_of_method}"
        monkeypatch.setattr(path, lambda _transport, asked: request(asked))
    with pytest.raises(ReachedError):
        CALLS[name](client, tmp_path)

    last = sent[-1]
    parts = urlsplit(last.path).path.split("/")
    wanted = [
        "p" if part == "{project}" else "1" if "{" in part else part for part in template.split("/")
    ]
    assert (last.method, parts) == (method, wanted)


@pytest.mark.parametrize(
    "question",
    [
        questions.choice("?", {"o": "Oui", "n": "Non"}, multiple=True),
        questions.rating("?"),
        questions.number("?", most=5),
        questions.date("?"),
        questions.text("?", "long"),
        questions.spans("?", ["a"], column="text", relations=["r"]),
        questions.boxes("?", ["a"], rotated=True, column="image"),
        questions.polygons("?", ["a"], column="image"),
        questions.keypoints("?", ["a"], ["nose", "tail"], column="image"),
        questions.audio("?", ["a"], transcript=True, column="sound"),
        questions.pair("?", "text", "other", ["truer"]),
        questions.ranking("?", ["a", "b"]),
        questions.chat("?", "rate", column="text"),
        questions.page("?", "0" * 64, fields=["animal"]),
    ],
    ids=lambda question: str(question["kind"]),
)
def test_built_question_is_one_that_the_server_takes(question: dict[str, object]) -> None:
    built = questions.schema(question, text="text", other="text", image="image", sound="audio")

    taken = check_schema(built)

    assert [each["kind"] for each in questions_of(taken)] == [question["kind"]]


TAG = re.compile(r"</?([a-z]+)")


def test_notebook_shows_a_table_without_secrets_and_runs_nothing() -> None:
    fields = {
        "id": 1,
        "url": "<script>alert(1)</script>",
        "events": ["task.closed"],
        "state": "active",
        "organisation": False,
        "failures": 0,
        "waiting": 0,
        "created_at": "2026",
        "secret": "whsec_x",
    }
    made = parse(WebhookMade, fields)

    shown = made._repr_html_()

    assert set(TAG.findall(shown)) == {"table", "caption", "tr", "th", "td"}
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "whsec_x" not in shown + repr(made)
    assert parse(Webhook, fields).url == fields["url"]


def test_client_names_its_server_and_never_its_key(client: Client) -> None:
    assert repr(client) == "Client('http://127.0.0.1:9')"
