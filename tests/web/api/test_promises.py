"""What the API promises to whoever sends again, goes on, or asks too often."""

import json
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from canut.actions.datasets.export_jobs import forget_old_exports, write_export
from canut.actions.imports.rows_api import forget_unfinished
from canut.actions.integrations.api_keys import KeyIn, create_key, revoke_key
from canut.actions.integrations.idempotency import forget_old_replies
from canut.actions.platform.system_clock import now_ms
from canut.core.clock import to_ms
from canut.core.errors import Forbidden
from canut.store.models import (
    ApiKey,
    ApiReply,
    ApiUpload,
    ExportFile,
    Import,
    Organisation,
    Project,
    Role,
    Task,
)
from canut.web.kit.api import rate_limits
from tests.support.factories import answer_next, make_person, make_project
from tests.web.api.program import V1, program

pytestmark = pytest.mark.django_db
ROWS = [{"id": f"{n:04}", "text": f"avis numéro {n}"} for n in range(40)]
LINES = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS).encode()
NDJSON = "application/x-ndjson"


# keys


def test_only_a_hash_of_a_key_is_kept() -> None:
    bot = program("requester")

    kept = ApiKey.objects.values().get()

    assert bot.token not in str(kept)
    assert bot.token.startswith(kept["prefix"])


def test_refusal_is_in_english_unless_another_language_is_asked_for() -> None:
    said = [
        Client().get(f"{V1}key", headers=headers).json()["title"]
        for headers in ({}, {"Accept-Language": "en"}, {"Accept-Language": "fr"})
    ]

    assert said[0] == said[1] != said[2]


def test_key_works_until_its_last_moment_or_until_revoked() -> None:
    bot = program("requester")
    codes = [bot.ask("GET", "key").json().get("code", "works")]
    ApiKey.objects.update(expires_at=timezone.now() - timedelta(milliseconds=1))
    codes.append(bot.ask("GET", "key").json()["code"])
    revoke_key(bot.key, now_ms())

    codes.append(bot.ask("GET", "key").json()["code"])

    assert codes == ["works", "key-over", "key-unknown"]


def test_program_whose_key_is_revoked_works_in_the_project_no_more() -> None:
    made = make_project(tasks=1)
    bot = program("worker", project=made.project)
    bot.post(f"projects/{made.project.slug}/leases", {"count": 1})

    revoke_key(bot.key, now_ms())

    assert bot.key.person.workers.get().ended_at is not None


def test_program_makes_no_keys() -> None:
    bot = program("operator")

    with pytest.raises(Forbidden) as refused:
        create_key(KeyIn("autre", Role.WORKER), by=bot.key.person, now_ms=now_ms())

    assert refused.value.case == "service-actor"


def test_no_key_represents_people() -> None:
    with pytest.raises(Forbidden):
        create_key(KeyIn("voix", Role.REPRESENTATIVE), by=None, now_ms=now_ms())


def test_key_for_one_project_begins_no_others() -> None:
    bot = program("requester", project=make_project().project)

    answer = bot.ask("POST", "projects", {"title": "Autre"})

    assert (answer.status_code, answer.json()["code"]) == (404, "no-organisation")


def test_cookie_of_a_person_opens_nothing() -> None:
    browser = Client()
    browser.force_login(make_person())

    answer = browser.get(f"{V1}projects")

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")


# refusals


def test_refusal_speaks_the_language_asked_for() -> None:
    bot = program("requester")

    said = {
        language: bot.ask("GET", "projects/jamais", Accept_Language=language).json()
        for language in ("fr", "en")
    }

    assert {one["code"] for one in said.values()} == {"missing"}
    assert said["fr"]["title"] == "Cette page n’existe pas"
    assert said["en"]["title"] == "There is no such page"
    assert said["en"]["detail"].startswith("no project 'jamais'")


def test_places_of_a_body_that_cannot_be_used_are_named() -> None:
    bot = program("requester")

    answer = bot.ask("POST", "projects", {"title": "", "colour": "bleu"}).json()

    assert {one["where"] for one in answer["errors"]} == {"body/title", "body/colour"}


@pytest.mark.parametrize("body", [b"{", b'{"title": "a\\u0000"}', b'{"title": NaN}', b"\xff"])
def test_body_that_is_no_json_is_refused(body: bytes) -> None:
    bot = program("requester")

    answer = bot.ask("POST", "projects", body)

    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")


def test_body_over_the_limit_is_refused_with_the_limit(settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    bot = program("requester", project=(made := make_project(tasks=0)).project)

    answer = bot.ask("POST", f"projects/{made.project.slug}/tasks", ROWS)

    assert (answer.status_code, answer.json()["facts"]) == (413, {"limit": 100})


def test_stream_over_the_upload_limit_is_refused(settings: Settings) -> None:
    settings.UPLOAD_LIMIT_BYTES = 100
    bot = program("requester", project=(made := make_project(tasks=0)).project)

    answer = bot.ask("POST", f"projects/{made.project.slug}/tasks", LINES, kind=NDJSON)

    assert (answer.status_code, answer.json()["code"]) == (413, "upload-too-large")
    assert Import.objects.filter(project=made.project, name="rows.jsonl").count() == 0


# sent again


def test_request_sent_again_is_answered_as_the_first_time() -> None:
    Organisation.objects.create(name="Soies", kind="requester", created_at=timezone.now())
    bot = program("requester")
    body = {"title": "Une fois"}

    answers = [bot.ask("POST", "projects", body, Idempotency_Key="a") for _ in range(2)]

    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert answers[1]["Idempotency-Replayed"] == "true"
    assert Project.objects.count() == 1


def test_name_of_a_request_is_good_for_that_request_alone() -> None:
    bot, other = program("requester"), program("requester")
    bot.ask("POST", "projects", {"title": "Une"}, Idempotency_Key="a")

    again = bot.ask("POST", "projects", {"title": "Deux"}, Idempotency_Key="a")
    theirs = other.ask("POST", "projects", {"title": "Deux"}, Idempotency_Key="a")

    assert (again.status_code, again.json()["code"]) == (422, "idempotency-reused")
    assert theirs.status_code == 201


def test_refused_request_may_be_mended_under_the_same_name() -> None:
    bot = program("requester")

    codes = [
        bot.ask("POST", "projects", body, Idempotency_Key="a").status_code
        for body in ({"title": " "}, {"title": "Bon"})
    ]

    assert codes == [422, 201]


def test_what_was_answered_is_forgotten_after_a_day() -> None:
    bot = program("requester")
    bot.ask("POST", "projects", {"title": "Une"}, Idempotency_Key="a")
    ApiReply.objects.update(at_ms=now_ms() - 24 * 3_600_000)

    gone = forget_old_replies(now_ms())

    assert gone == 1


# too often


def test_key_that_asks_too_often_is_told_how_long_to_wait(settings: Settings) -> None:
    settings.API_RATE = 2
    bot = program("requester")

    answers = [bot.ask("GET", "key") for _ in range(3)]

    assert [one.status_code for one in answers] == [200, 200, 429]
    assert answers[0]["RateLimit-Policy"] == '"key";q=2;w=60'
    assert answers[0]["RateLimit"].startswith('"key";r=1;t=')
    assert 0 < int(answers[2]["Retry-After"]) <= 60


def test_next_minute_is_counted_anew() -> None:
    limit, key = django_settings.API_RATE, program("requester").key.pk

    left = [rate_limits.count(key, seconds).requests for seconds in (60.0, 119.9, 120.0)]

    assert left == [limit - 1, limit - 2, limit - 1]


# rows


@pytest.mark.parametrize("kind", ["application/json", NDJSON])
def test_rows_are_added_whole_and_not_twice(kind: str) -> None:
    made = make_project(tasks=0)
    bot = program("requester", project=made.project)
    body = LINES if kind == NDJSON else json.dumps(ROWS).encode()

    told = [
        bot.ask("POST", f"projects/{made.project.slug}/tasks?id=id", body, kind=kind).json()
        for _ in range(2)
    ]

    assert [(one["tasks"], one["set_aside"]) for one in told] == [(40, 0), (0, 40)]
    assert told[0]["state"] == "published"
    assert Task.objects.filter(project=made.project, row__gt=0).count() == 40


def test_upload_cut_anywhere_goes_on_from_what_is_kept() -> None:
    made = make_project(tasks=0)
    bot = program("requester", project=made.project)
    at = f"projects/{made.project.slug}/uploads"
    token = bot.post(at)["upload"]
    cut = 777
    bot.ask("PATCH", f"{at}/{token}?offset=0", LINES[:cut], kind=NDJSON)

    wrong = bot.ask("PATCH", f"{at}/{token}?offset=0", LINES, kind=NDJSON)
    kept = bot.get(f"{at}/{token}")["offset"]
    bot.ask("PATCH", f"{at}/{token}?offset={kept}", LINES[kept:], kind=NDJSON)
    told = bot.post(f"{at}/{token}/finish?id=id")
    again = bot.post(f"{at}/{token}/finish?id=id")

    assert (wrong.status_code, wrong.json()["facts"]) == (409, {"kept": cut})
    assert kept == cut
    assert (told["state"], told["tasks"]) == ("published", 40)
    assert again == told
    late = bot.ask("PATCH", f"{at}/{token}?offset={len(LINES)}", b"x", kind=NDJSON)
    assert late.json()["code"] == "upload-finished"


def test_uploads_nobody_finished_are_forgotten_after_a_week() -> None:
    made = make_project(tasks=0)
    bot = program("requester", project=made.project)
    bot.post(f"projects/{made.project.slug}/uploads")

    gone = forget_unfinished(to_ms(timezone.now() + timedelta(days=8)))

    assert (gone, ApiUpload.objects.count()) == (1, 0)


def test_known_answers_of_rows_are_kept_from_workers() -> None:
    made = make_project(tasks=0)
    requester = program("requester", project=made.project)
    worker = program("worker", project=made.project)
    at = f"projects/{made.project.slug}"

    requester.post(f"{at}/tasks?known=sure", [{"text": "bien", "sure": "oui"}])

    lent = worker.post(f"{at}/leases", {"count": 5})["leases"]
    assert all("sure" not in one["task"]["data"] for one in lent)
    assert [one["known"] for one in requester.get(f"{at}/gold")["items"]] == ["oui"]


# exports


def test_summary_is_exported_as_json_alone() -> None:
    made = make_project(tasks=1)
    bot = program("requester", project=made.project)
    at = f"projects/{made.project.slug}/exports"

    number = bot.post(at, {"what": "summary", "form": "json"})["id"]
    refused = bot.ask("POST", at, {"what": "summary", "form": "csv"})

    written = bot.ask("GET", f"{at}/{number}/file").content
    assert json.loads(written)["simulated"] is False
    assert (refused.status_code, refused.json()["code"]) == (422, "format-unknown")


def test_whole_dataset_is_made_by_a_job_and_its_card_is_exported_after() -> None:
    made = make_project(tasks=1)
    bot = program("requester", project=made.project)
    at = f"projects/{made.project.slug}/exports"
    early = bot.ask("POST", at, {"what": "bundle", "form": "zip"})
    answer_next(made.worker)

    asked = bot.ask("POST", at, {"what": "bundle", "form": "zip", "licence": "CC0-1.0"})
    number = asked.json()["id"]
    write_export.func(number)

    told = bot.get(f"{at}/{number}")
    card = bot.post(at, {"what": "card", "form": "json"})["id"]
    assert (early.status_code, early.json()["code"]) == (422, "bundle-nothing")
    assert (asked.status_code, told["state"], told["card"]) == (202, "done", 1)
    assert bot.ask("GET", f"{at}/{number}/file").content.startswith(b"PK")
    assert b"LabourCard" in bot.ask("GET", f"{at}/{card}/file").content


def test_file_of_an_export_is_kept_a_week() -> None:
    made = make_project(tasks=1)
    bot = program("requester", project=made.project)
    at = f"projects/{made.project.slug}/exports"
    number = bot.post(at, {"form": "parquet"})["id"]
    before = bot.ask("GET", f"{at}/{number}/file")

    forget_old_exports(to_ms(timezone.now() + timedelta(days=8)))

    after = bot.ask("GET", f"{at}/{number}/file")
    assert before.content.startswith(b"PAR1")
    assert (after.status_code, after.json()["code"]) == (404, "export-gone")
    assert ExportFile.objects.get().state == "gone"
