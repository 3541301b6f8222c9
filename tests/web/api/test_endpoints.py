"""Every operation of the API: works, and refuses whom and what it should."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from PIL import Image

from canut.actions.integrations.webhooks import try_webhook
from canut.actions.people.accounts import add_member
from canut.actions.platform.system_clock import now_ms
from canut.store.media.files import keep_picture
from canut.store.models import (
    Answer,
    ApiUpload,
    ExportFile,
    Flag,
    Media,
    Organisation,
    Project,
    Role,
    Task,
    TaskState,
    Webhook,
)
from canut.web.api.addresses import ENDPOINTS, Endpoint
from canut.web.kit.audiences import Audience
from tests.support.factories import NOW, NOW_MS, SCHEMA, answer_next, make_person
from tests.support.instance import House
from tests.web.api.program import AIMS, V1, Program, program

NO_ID = "999999"
STREAM = "application/octet-stream"
PIECE = b'{"text": "un"}\n{"text": "deux"}\n'
NAMED = [f"{one.method} {one.address}" for one in ENDPOINTS]
type Make = Callable[[House, Program], object]
type Json = Any


def of_worker(house: House, bot: Program) -> int:
    """Lend the program a task."""
    (lent,) = bot.post(f"projects/{house.project.slug}/leases", {"count": 1})["leases"]
    return int(lent["lease"])


def an_upload(house: House, _bot: Program) -> str:
    """Begin an upload in the project that is open."""
    asking = program("requester", project=house.project)
    token = asking.post(f"projects/{house.project.slug}/uploads")["upload"]
    return str(token)


def an_export(house: House, _bot: Program) -> int:
    """Have an export written."""
    asking = program("requester", project=house.project)
    return int(asking.post(f"projects/{house.project.slug}/exports", {})["id"])


def a_waiting_import(house: House, _bot: Program) -> int:
    """Send a file that is read and not published."""
    asking = program("requester", project=house.project)
    at = f"projects/{house.project.slug}/uploads"
    token = asking.post(f"{at}?name=neuf.csv")["upload"]
    sent = asking.ask("PATCH", f"{at}/{token}?offset=0", b"text\nneuf\n", kind=STREAM)
    assert sent.status_code == 200
    return int(asking.post(f"{at}/{token}/finish?publish=false")["id"])


def an_answer(house: House, bot: Program) -> dict[str, Any]:
    """Make the answer to a task that the program holds."""
    return {"lease": of_worker(house, bot), "key": "cle", "values": {"q": "oui"}}


def a_webhook(house: House, _bot: Program) -> int:
    """Have an address told."""
    asking = program("requester", project=house.project)
    return int(asking.post(f"projects/{house.project.slug}/webhooks", A_WEBHOOK)["id"])


def a_delivery(house: House, _bot: Program) -> int:
    """Have the newest webhook sent a test."""
    webhook = Webhook.objects.latest("id")
    try_webhook(webhook, house.project, NOW_MS)
    return int(webhook.deliveries.get().pk)


def answer_of_worker(house: House, _bot: Program) -> int:
    """Return an answer of the worker: the last one where there is one, for tasks are few."""
    last = Answer.objects.filter(worker=house.worker).order_by("-id").first()
    return last.pk if last else answer_next(house.worker, now_ms=now_ms() - 5000).answer


def a_picture(house: House, _bot: Program) -> str:
    """Keep a picture of the project; return its hash."""
    out = io.BytesIO()
    Image.new("L", (8, 8)).save(out, "PNG")
    facts = keep_picture(house.project.pk, out.getvalue())
    Media.objects.get_or_create(
        project=house.project,
        sha256=facts.sha256,
        defaults={
            "content_type": facts.content_type,
            "width": facts.width,
            "height": facts.height,
            "size_bytes": facts.size_bytes,
        },
    )
    return facts.sha256


A_WEBHOOK = {"url": "https://example.org/canut", "events": ["task.closed"]}
PARTS: dict[str, Make] = {
    "lesson": lambda *_: "click-life",
    "task": lambda h, _: h.tasks[0].pk,
    "lease": of_worker,
    "answer": answer_of_worker,
    "upload": an_upload,
    "number": an_export,
    "member": lambda h, _: h.membership.pk,
    "invitation": lambda h, _: h.invitation.pk,
    "webhook": a_webhook,
    "delivery": a_delivery,
    "sha256": a_picture,
}
BODIES: dict[str, Make] = {
    "POST projects": lambda *_: {"title": "Neuf"},
    "PATCH projects/{slug:project}": lambda *_: {"title": "Autre", "lease_seconds": 300},
    "PUT projects/{slug:project}/overlap": lambda *_: {"overlap": 3},
    "PUT projects/{slug:project}/aims": lambda *_: AIMS,
    "PUT projects/{slug:project}/risk": lambda *_: {"severity": 0},
    "PUT projects/{slug:project}/chain": lambda *_: {"client": "Les Soies", "country": "CA"},
    "POST projects/{slug:project}/questions": lambda *_: {"schema": SCHEMA},
    "POST projects/{slug:project}/rates": lambda *_: {"currency": "CAD", "piece_micro": 1},
    "POST projects/{slug:project}/tasks": lambda *_: [{"text": "un"}, {"text": "deux"}],
    "POST projects/{slug:project}/leases": lambda *_: {"count": 2},
    "POST projects/{slug:project}/leases/renew": lambda h, b: {"leases": [of_worker(h, b)]},
    "POST projects/{slug:project}/leases/release": lambda h, b: {"leases": [of_worker(h, b)]},
    "POST projects/{slug:project}/answers": an_answer,
    "POST projects/{slug:project}/answers/batch": lambda h, b: {"answers": [an_answer(h, b)]},
    "PUT projects/{slug:project}/tasks/{task}/gold": lambda *_: {"label": "oui"},
    "POST projects/{slug:project}/answers/{answer}/reject": lambda *_: {
        "code": "off-task",
        "evidence": "Toujours la première.",
    },
    "POST projects/{slug:project}/start": lambda *_: {"reason": "prêt"},
    "POST projects/{slug:project}/open": lambda *_: {"reason": "jour"},
    "POST projects/{slug:project}/pause": lambda *_: {"reason": "nuit"},
    "POST projects/{slug:project}/close": lambda *_: {"reason": "fini"},
    "POST projects/{slug:project}/exports": lambda *_: {"what": "answers", "form": "jsonl"},
    "POST projects/{slug:project}/webhooks": lambda *_: A_WEBHOOK,
    "PATCH projects/{slug:project}/webhooks/{webhook}": lambda *_: {"state": "paused"},
    "POST projects/{slug:project}/webhooks/{webhook}/replay": lambda *_: {"seconds": 60},
    "POST projects/{slug:project}/prelabels": lambda h, _: {
        "model": "m",
        "labels": [{"key": h.tasks[0].key, "label": "oui", "score": 0.5}],
    },
    "POST projects/{slug:project}/invitations": lambda *_: {"role": "worker", "max_uses": 3},
}


def name_of(one: Endpoint) -> str:
    return f"{one.method} {one.address}"


def role_for(audience: Audience) -> str:
    """Return a role that is let in, the requester's where it is."""
    roles = {str(role) for role in audience.roles} or {"requester"}
    return "requester" if "requester" in roles else min(roles)


def role_not_for(audience: Audience) -> str | None:
    """Return a role that is not let in; None where every one is."""
    roles = {str(role) for role in audience.roles}
    every = ("auditor", "worker", "requester", "reviewer")
    return next((role for role in every if roles and role not in roles), None)


def address_of(one: Endpoint, house: House, bot: Program, missing: str = "") -> str:
    """Write the address with things that are there, or with one part that is not."""
    address = one.address.replace("{slug:project}", house.project.slug)
    for part, make in PARTS.items():
        if "{" + part + "}" in address:
            of_imports = part == "number" and "/imports/" in address
            make_it = a_waiting_import if of_imports else make
            value = missing or str(make_it(house, bot))
            address = address.replace("{" + part + "}", value)
    if name_of(one).startswith("PATCH") and "uploads" in address:
        return f"{address}?offset=0"
    return address


def send(one: Endpoint, bot: Program, address: str, body: object) -> Json:
    """Send what the operation takes."""
    if one.takes and one.takes[0] != "application/json":
        return bot.ask(one.method, address, PIECE, kind=one.takes[0])
    return bot.ask(one.method, address, body)


def body_of(one: Endpoint, house: House, bot: Program) -> object:
    make = BODIES.get(name_of(one))
    return make(house, bot) if make else None


def prepare(one: Endpoint, bot: Program, address: str) -> None:
    """Bring an upload so far that it can be finished."""
    if one.address.endswith("/finish"):
        at = address.removesuffix("/finish")
        assert send(PIECES, bot, f"{at}?offset=0", None).status_code == 200


PIECES = next(
    one for one in ENDPOINTS if name_of(one).startswith("PATCH") and "upload" in one.address
)


def undone(act: Callable[[], Json]) -> Json:
    """Do something and take it back."""
    with transaction.atomic():
        answer = act()
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("one", ENDPOINTS, ids=NAMED)
def test_operation_works(one: Endpoint, shared: House) -> None:
    house = shared
    bot = program(role_for(one.audience), organisation=house.organisation)
    Project.objects.filter(pk=house.project.pk).update(is_own_staff=True)
    address = address_of(one, house, bot)
    prepare(one, bot, address)

    answer = send(one, bot, address, body_of(one, house, bot))

    if name_of(one) == "POST projects/{slug:project}/answers/{answer}/reject":
        assert (answer.status_code, answer.json()["code"]) == (403, "service-actor")
    else:
        assert answer.status_code in {*one.answers, 200}, getattr(answer, "content", b"")
        assert "RateLimit" in answer
        assert not answer.cookies


@pytest.mark.parametrize("one", ENDPOINTS, ids=NAMED)
def test_operation_refuses_whom_and_what_it_should(one: Endpoint, shared: House) -> None:
    house = shared
    bot = program(role_for(one.audience), organisation=house.organisation)
    elsewhere = Organisation.objects.get(name="Ailleurs")
    stranger = program(role_for(one.audience), organisation=elsewhere)
    wrong = role_not_for(one.audience)
    address = address_of(one, house, bot)
    body = body_of(one, house, bot)
    has_project = "{slug:project}" in one.address
    has_id = has_project and "}" in one.address.split("{slug:project}")[1]
    hashes = {"{upload}": "0" * 32, "{sha256}": "0" * 64}
    gone = next((none for part, none in hashes.items() if part in one.address), NO_ID)

    got = {
        "no key": undone(lambda: Client().generic(one.method, V1 + address)).status_code,
        "bad key": undone(
            lambda: send(one, Program(bot.key, "canut_x"), address, body)
        ).status_code,
        "wrong method": undone(lambda: bot.ask("TRACE", address)).status_code,
    }
    wanted = {"no key": 401, "bad key": 401, "wrong method": 405}
    if wrong:
        other = program(wrong, organisation=house.organisation)
        got["wrong role"] = undone(lambda: send(one, other, address, body)).status_code
        wanted["wrong role"] = 403
    if has_project:
        got["another organisation"] = undone(lambda: send(one, stranger, address, body)).status_code
        lost = address.replace(house.project.slug, "jamais-fait")
        got["no project"] = undone(lambda: send(one, bot, lost, body)).status_code
        wanted |= {"another organisation": 404, "no project": 404}
    if has_id:
        lost = address_of(one, house, bot, missing=gone)
        answer = undone(lambda: send(one, bot, lost, body))
        got["no such id"] = (
            404 if answer.status_code == 409 and "{lease}" in one.address else answer.status_code
        )
        wanted["no such id"] = 404
    if one.takes:
        got["wrong type"] = undone(
            lambda: bot.ask(one.method, address, b"<a/>", kind="text/xml")
        ).status_code
        wanted["wrong type"] = 415

    assert got == wanted


def test_id_of_another_organisation_is_missing(shared: House) -> None:
    house = shared
    elsewhere = Organisation.objects.get(name="Ailleurs")
    other = Project.objects.create(
        slug="ailleurs",
        title="Ailleurs",
        organisation=elsewhere,
        created_by=make_person(),
        created_at=NOW,
    )
    stranger = program("requester", project=other)
    member = add_member(make_person(), Role.AUDITOR, NOW_MS, project=house.project)
    at = "projects/ailleurs"

    codes = {
        address: stranger.ask(method, f"{at}/{address}", body).status_code
        for method, address, body in (
            ("GET", f"tasks/{house.tasks[0].pk}", None),
            ("PUT", f"tasks/{house.tasks[0].pk}/gold", {"label": "oui"}),
            ("GET", f"imports/{house.tasks[0].source_id}", None),
            ("GET", f"uploads/{an_upload(house, stranger)}", None),
            ("GET", f"exports/{an_export(house, stranger)}", None),
            ("GET", f"exports/{an_export(house, stranger)}/file", None),
            ("DELETE", f"members/{member.pk}", None),
            ("DELETE", f"invitations/{house.invitation.pk}", None),
            ("GET", f"webhooks/{a_webhook(house, stranger)}", None),
            ("DELETE", f"webhooks/{a_webhook(house, stranger)}", None),
        )
    }

    assert {address: code for address, code in codes.items() if code != 404} == {}
    assert Task.objects.filter(known="oui").count() == 0


def test_every_operation_with_a_body_has_an_example_here() -> None:
    with_body = {name_of(one) for one in ENDPOINTS if "application/json" in one.takes}

    assert with_body == set(BODIES)


def test_lists_go_on_where_the_page_before_ended(shared: House) -> None:
    house = shared
    bot = program("operator", organisation=house.organisation)
    at = f"projects/{house.project.slug}"
    for task in house.tasks:
        Flag.objects.create(task=task, worker=house.worker, text="?", flagged_ms=1)
        Task.objects.filter(pk=task.pk).update(known="oui")
        bot.ask("POST", f"{at}/exports", {})

    for address in (f"{at}/tasks", f"{at}/results", f"{at}/gold", f"{at}/reviews/flags"):
        first = bot.get(f"{address}?limit=2")
        second = bot.get(f"{address}?limit=2&cursor={first['next']}")

        assert [len(first["items"]), len(second["items"])] == [2, 1], address
        assert second["next"] is None
        assert {str(one) for one in first["items"]} & {str(one) for one in second["items"]} == set()
    assert ExportFile.objects.count() == 3
    assert ApiUpload.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("state", TaskState.State.values)
def test_task_is_read_and_listed_in_every_state(house: House, state: str) -> None:
    bot = program("requester", project=house.project)
    TaskState.objects.filter(task=house.tasks[0]).update(state=state)

    one = bot.get(f"projects/{house.project.slug}/tasks/{house.tasks[0].pk}")
    listed = bot.get(f"projects/{house.project.slug}/tasks")["items"]

    assert one["state"] == state
    assert (one["id"] in [task["id"] for task in listed]) == (state != "practice")
