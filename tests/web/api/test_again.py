"""What is sent again under the same name is done once and answered the same, also after a cut."""

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.apps import apps
from django.db import connections
from django.db.models import QuerySet

from canut.actions.imports import rows_api
from canut.actions.platform import uploads
from canut.store.models import ApiReply, Import, Project, Task
from canut.web.api.addresses import ENDPOINTS, Endpoint
from canut.web.kit.api.idempotency import Repeats
from canut.web.tasks import api_tasks
from tests.support.factories import make_project
from tests.support.instance import House
from tests.web.api.program import Json, Program, program
from tests.web.api.test_endpoints import address_of, body_of, name_of, prepare, role_for

NDJSON = "application/x-ndjson"
ROWS = [{"text": f"avis {n}"} for n in range(30)]  # without names: sent twice they would be twice
LINES = "".join(json.dumps(row) + "\n" for row in ROWS).encode()
REPEATED = [one for one in ENDPOINTS if one.repeats]
NEVER = "POST projects/{slug:project}/answers/{answer}/reject"  # refused to every program


class Cut(BaseException):
    """The process is killed here."""


def send(one: Endpoint, bot: Program, address: str, body: object, name: str = "a") -> Json:
    kind = one.takes[0] if "application/octet-stream" in one.takes else "application/json"
    sent = LINES if kind != "application/json" else body
    return bot.ask(one.method, address, sent, kind=kind, Idempotency_Key=name)


def everything() -> dict[str, int]:
    """Count the rows of every table."""
    tables = apps.get_app_config("store").get_models()
    return {one.__name__: QuerySet(one).count() for one in tables}


@pytest.mark.parametrize("one", REPEATED, ids=[name_of(one) for one in REPEATED])
def test_request_sent_again_is_done_once(one: Endpoint, shared: House) -> None:
    if name_of(one) == NEVER:
        return
    house = shared
    bot = program(role_for(one.audience), organisation=house.organisation)
    Project.objects.filter(pk=house.project.pk).update(is_own_staff=True)
    address, body = address_of(one, house, bot), body_of(one, house, bot)
    prepare(one, bot, address)

    first = send(one, bot, address, body)
    before = everything()
    again = send(one, bot, address, body)
    other = send(one, bot, f"{address}{'&' if '?' in address else '?'}other=1", body)

    assert first.status_code in one.answers, first.content
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again["Idempotency-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-reused")
    assert everything() == before


def test_every_operation_that_makes_something_can_be_repeated() -> None:
    made = {name_of(one) for one in ENDPOINTS if one.method in {"POST", "PATCH"}}

    assert made == {name_of(one) for one in REPEATED}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["application/json", NDJSON])
def test_rows_under_one_name_are_other_rows_in_another_body(kind: str) -> None:
    made = make_project(tasks=0)
    bot = program("requester", project=made.project)
    at = f"projects/{made.project.slug}/tasks"
    body, other = (
        (json.dumps(ROWS).encode(), json.dumps(ROWS[1:]).encode())
        if kind == "application/json"
        else (LINES, LINES[:-3])
    )

    told = [
        bot.ask("POST", at, sent, kind=kind, Idempotency_Key="a") for sent in (body, body, other)
    ]

    assert [one.status_code for one in told] == [201, 201, 422]
    assert told[0].json() == told[1].json()
    assert Task.objects.filter(project=made.project, row__gt=0).count() == len(ROWS)


def cut_once(monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> Callable[[], None]:
    """Kill whoever comes to a function; return what lets them pass from then on."""

    def killed(*_given: object, **_more: object) -> None:
        raise Cut

    monkeypatch.setattr(module, name, killed)
    return monkeypatch.undo


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("module", "name"),
    [
        (rows_api, "_start"),
        (rows_api, "bring_in"),
        (rows_api, "publish_import"),
        (api_tasks, "_import"),
    ],
    ids=["before it began", "after it began", "half read", "before it was answered"],
)
def test_rows_whose_request_was_cut_short_are_in_once_when_sent_again(
    monkeypatch: pytest.MonkeyPatch, module: object, name: str
) -> None:
    made = make_project(tasks=0)
    bot = program("requester", project=made.project)
    at = f"projects/{made.project.slug}/tasks"
    mended = cut_once(monkeypatch, module, name)
    with pytest.raises(Cut):
        bot.ask("POST", at, LINES, kind=NDJSON, Idempotency_Key="a")
    mended()

    other = bot.ask("POST", at, LINES[:-3], kind=NDJSON, Idempotency_Key="a")
    told = bot.ask("POST", at, LINES, kind=NDJSON, Idempotency_Key="a")

    assert other.status_code == 422
    assert (told.status_code, told.json()["tasks"]) == (201, len(ROWS))
    assert Import.objects.filter(project=made.project, name="rows.jsonl").count() == 1
    assert Task.objects.filter(project=made.project, row__gt=0).count() == len(ROWS)


@pytest.mark.django_db
def test_upload_cut_short_while_it_is_finished_is_finished_by_asking_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = make_project(tasks=0)
    bot = program("requester", project=made.project)
    at = f"projects/{made.project.slug}/uploads"
    token = bot.post(at)["upload"]
    bot.ask("PATCH", f"{at}/{token}?offset=0", LINES, kind=NDJSON)
    mended = cut_once(monkeypatch, rows_api, "publish_import")
    with pytest.raises(Cut):
        bot.ask("POST", f"{at}/{token}/finish")
    mended()

    told = bot.post(f"{at}/{token}/finish")

    assert (told["state"], told["tasks"]) == ("published", len(ROWS))


@pytest.mark.django_db
def test_piece_that_is_kept_already_changes_nothing() -> None:
    made = make_project(tasks=0)
    bot = program("requester", project=made.project)
    at = f"projects/{made.project.slug}/uploads"
    token = bot.post(at)["upload"]
    pieces = [(0, LINES[:100]), (0, LINES[:100]), (100, LINES[100:]), (50, LINES[50:200])]

    told = [
        bot.ask("PATCH", f"{at}/{token}?offset={offset}", piece, kind=NDJSON)
        for offset, piece in pieces
    ]
    wrong = bot.ask("PATCH", f"{at}/{token}?offset=0", b"autre chose", kind=NDJSON)

    assert [one.json()["offset"] for one in told] == [100, 100, len(LINES), len(LINES)]
    assert (wrong.status_code, wrong.json()["code"]) == (409, "upload-offset")
    assert bot.post(f"{at}/{token}/finish")["tasks"] == len(ROWS)


@pytest.mark.django_db
def test_answer_with_a_secret_is_kept_sealed() -> None:
    made = make_project(tasks=0)
    bot = program("requester", project=made.project)
    sealed = [one for one in ENDPOINTS if one.repeats == Repeats.SEALED]
    at = f"projects/{made.project.slug}/webhooks"
    body = {"url": "https://example.org/canut", "events": ["task.closed"]}

    told = [bot.ask("POST", at, body, Idempotency_Key="a").json() for _ in range(2)]

    assert len(sealed) == 2
    assert told[0] == told[1]
    assert told[0]["secret"].encode() not in bytes(ApiReply.objects.get().body)


@pytest.mark.django_db
def test_rows_that_were_answered_while_they_were_sent_again_are_in_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = make_project(tasks=0)
    bot = program("requester", project=made.project)
    at = f"projects/{made.project.slug}/tasks"
    told: list[int] = []

    def send() -> None:
        answer = bot.ask("POST", at, LINES, kind=NDJSON, Idempotency_Key="a")
        told.append(answer.json()["id"])

    keep_upload = uploads.keep_upload

    def keep_after_another(name: str, chunks: Iterable[bytes]) -> str:
        monkeypatch.setattr(rows_api, "keep_upload", keep_upload)
        send()
        return keep_upload(name, chunks)

    monkeypatch.setattr(rows_api, "keep_upload", keep_after_another)
    send()

    assert told[0] == told[1]
    assert Import.objects.filter(project=made.project, name="rows.jsonl").count() == 1


@pytest.mark.django_db(transaction=True)
def test_rows_sent_twice_at_the_same_time_are_in_once() -> None:
    made = make_project(tasks=0)
    bot = program("requester", project=made.project)
    at = f"projects/{made.project.slug}/tasks"

    def ask(_: int) -> int:
        try:
            return int(bot.ask("POST", at, LINES, kind=NDJSON, Idempotency_Key="a").json()["id"])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        told = set(pool.map(ask, range(4)))

    assert len(told) == 1
    assert Import.objects.filter(project=made.project, name="rows.jsonl").count() == 1
    assert Task.objects.filter(project=made.project, row__gt=0).count() == len(ROWS)
