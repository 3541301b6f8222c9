import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from canut.actions.platform.system_clock import now_ms
from canut.actions.time.day_view import day_as_data, day_of
from canut.actions.time.heartbeats import BeatIn, keep_beats, open_page
from canut.actions.time.measure import breaks_in
from canut.core.time.activity import intervals_of, measure
from canut.core.time.beats import Beat as CoreBeat
from canut.core.time.beats import Session, Surface, columns_of
from canut.core.time.breaks import with_breaks_cut
from canut.store.models import Beat, Claim, OpenPage, Person, RecordOpening
from tests.support.claims import have_been_here
from tests.support.instance import House

FR = {"accept-language": "fr"}
EN = {"accept-language": "en"}
MINUTE = 60_000
AT = datetime(2026, 11, 25, 15, tzinfo=UTC)  # ten in the morning in Montreal


def ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def work(
    person: Person, project: int | None, minutes: int, begin: datetime, surface: str = "queue"
) -> None:
    """Beat four times a minute, with a key each time, then close the page."""
    begin_ms = ms(begin)
    session = open_page(person.pk, project, begin_ms)
    for n in range(1, 4 * minutes + 1):
        end = 15_000 * n
        beat = BeatIn(
            session=session,
            seq=n,
            mono_ms=end,
            visible=n < 4 * minutes,
            focused=True,
            surface="page",
            buckets=[[end // 1000 - 1, 1, 0, 0, 0]],
        )
        keep_beats(person.pk, [beat], begin_ms + end)
    Beat.objects.filter(session=session).update(surface=surface)


def page(client: Client, address: str, language: dict[str, str]) -> str:
    answer = client.get(address, headers=language)
    assert answer.status_code == 200
    return answer.content.decode().replace("\xa0", " ").replace("\u202f", " ")


def sent(client: Client, given: object) -> int:
    answer = client.post(reverse("time_beats"), json.dumps(given), content_type="application/json")
    return answer.status_code


def beat_of(session: str) -> dict[str, object]:
    return {
        "session": session,
        "seq": 0,
        "mono_ms": 15_000,
        "visible": True,
        "focused": True,
        "surface": "account",
        "buckets": [[2, 1, 0, 0, 0]],
    }


# pages that beat


@pytest.mark.parametrize(
    ("address", "sort"),
    [
        ("/", "queue"),
        ("/work/", "queue"),
        ("/time/", "time"),
        ("/time/break", "break"),
        ("/account", "account"),
        ("/accounts/logout/", "account"),
    ],
)
def test_every_page_of_a_worker_counts_as_what_it_is(house: House, address: str, sort: str) -> None:
    client = house.client("worker")

    text = client.get(address).content.decode()

    data = json.loads(text.split('id="beats-data" type="application/json">')[1].split("</")[0])
    given = OpenPage.objects.get()
    assert (data["session"], data["surface"]) == (given.session, sort)
    assert given.person_id == house.people["worker"].pk
    assert sent(client, {"beats": [beat_of(data["session"])]}) == 204
    assert Beat.objects.get().surface == "account"


@pytest.mark.parametrize(
    ("role", "address"),
    [
        ("stranger", "/"),
        ("stranger", "/accounts/login/"),
        ("requester", "/projects/"),
        ("operator", "/account"),
        ("operator", "/time/review"),
    ],
)
def test_pages_of_strangers_and_of_those_who_are_no_workers_do_not_beat(
    house: House, role: str, address: str
) -> None:
    text = house.client(role).get(address).content.decode()

    assert "beats-data" not in text
    assert not OpenPage.objects.exists()


def test_pages_of_reviewers_are_no_time_while_no_appeal_waits(house: House) -> None:
    assert "beats-data" not in house.client("reviewer").get("/appeals/").content.decode()
    assert "beats-data" not in house.client("requester").get("/appeals/").content.decode()
    assert "beats-data" not in house.client("reviewer").get("/account").content.decode()


def test_workbench_page_has_its_name_from_the_server(house: House) -> None:
    text = house.client("worker").get(f"/work/{house.project.slug}/").content.decode()

    given = OpenPage.objects.get()
    assert f'"session": "{given.session}"' in text
    assert given.project_id == house.project.pk


def test_nobody_beats_after_signing_out(house: House) -> None:
    client = house.client("worker")
    session = open_page(house.people["worker"].pk, None, ms(timezone.now()))
    client.logout()

    assert sent(client, {"beats": [beat_of(session)]}) == 401
    assert not Beat.objects.exists()


def test_beats_of_somebody_elses_page_are_refused(house: House) -> None:
    session = open_page(house.people["reviewer"].pk, None, ms(timezone.now()))

    assert sent(house.client("worker"), {"beats": [beat_of(session)]}) == 403
    assert not Beat.objects.exists()


@pytest.mark.parametrize("given", [{"beats": 1}, {}, {"beats": [{"session": "x"}]}])
def test_beats_out_of_the_format_are_refused(house: House, given: object) -> None:
    assert sent(house.client("worker"), given) == 422


# the day


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            FR,
            ["tâches", "recherche de travail", "10:00:00", "vous avez quitté la page", "5 min 00"],
        ),
        (EN, ["tasks", "looking for work", "10:00:00", "you left the page"]),
    ],
)
def test_day_shows_what_each_minute_went_to_and_why_it_ended(
    house: House, language: dict[str, str], words: list[str]
) -> None:
    worker = house.people["worker"]
    work(worker, house.project.pk, 5, AT, "item:1")
    work(worker, None, 2, AT + timedelta(minutes=10))

    text = page(house.client("worker"), "/time/?day=2026-11-25", language)

    assert [word for word in words if word not in text] == []
    assert house.project.title in text


def test_home_of_work_shows_measured_time(house: House) -> None:
    work(house.people["worker"], None, 1, timezone.now() - timedelta(seconds=62))

    text = page(house.client("worker"), "/work/", FR)

    assert "1 min 00" in text
    assert "temps mesuré" not in text


def test_day_of_nothing_says_so_and_a_wrong_day_is_today(house: House) -> None:
    client = house.client("worker")

    assert "Rien n’a été mesuré" in page(client, "/time/?day=2026-01-01", FR)
    assert "Aujourd’hui" in page(client, "/time/?day=2026-13-45", FR)
    assert "Aujourd’hui" in page(client, "/time/?day=2999-01-01", FR)


def test_piece_that_redraws_itself_stops_where_the_day_is_over(house: House) -> None:
    client = house.client("worker")

    assert "data-live" in page(client, "/time/line", FR)
    assert "data-live" not in page(client, "/time/line?day=2026-01-01", FR)


@pytest.mark.parametrize("address", ["/time/", "/time/line", "/time/day.json", "/time/contest"])
def test_time_is_for_those_who_work(house: House, address: str) -> None:
    assert house.client("stranger").get(address).status_code == 302
    assert house.client("requester").get(address).status_code == 403
    assert house.client("worker").delete(address).status_code == 405


def test_anyone_computes_the_day_again_from_its_download(house: House) -> None:
    worker = house.people["worker"]
    work(worker, house.project.pk, 5, AT, "item:1")
    work(worker, None, 9, AT + timedelta(minutes=3), "break")
    work(worker, None, 2, AT + timedelta(minutes=30))

    answer = house.client("worker").get("/time/day.json?day=2026-11-25")

    day = json.loads(answer.content)
    columns = columns_of(
        [CoreBeat(**beat) for beat in day["beats"]],
        {name: Session(**one) for name, one in day["sessions"].items()},
        {name: Surface(**one) for name, one in day["surfaces"].items()},
    )
    again = with_breaks_cut(measure(*columns[:3]), breaks_in(columns))
    found = [
        (one.surface.partition("/")[2], one.begin_ms, one.end_ms, one.why.name.lower())
        for one in intervals_of(columns, again)
    ]
    shown = [
        tuple(one[key] for key in ("surface", "begin_ms", "end_ms", "why"))
        for one in day["intervals"]
    ]
    assert found == shown
    assert len(found) >= 3
    assert answer["Content-Disposition"] == 'attachment; filename="canut-2026-11-25.json"'


# claims


def form(house: House, **changes: object) -> dict[str, object]:
    here = timezone.localtime()
    have_been_here(house.people["worker"], house.project.pk, ms(here - timedelta(days=1)))
    return {
        "day": (here - timedelta(days=1)).date().isoformat(),
        "begin": "09:00",
        "end": "09:20",
        "project": house.project.pk,
        "why": "paper",
        "words": "",
        **changes,
    }


def test_time_added_in_one_tap_counts_at_once(house: House) -> None:
    client = house.client("worker")

    answer = client.post("/time/claim", form(house), headers=FR, follow=True)

    text = answer.content.decode().replace("\xa0", " ")
    assert "Ajouté. Ce temps compte dès maintenant" in text
    assert "20 min 00" in text
    assert Claim.objects.get().state == Claim.State.ACCEPTED


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"begin": "09:20", "end": "09:00"}, "doit suivre l’heure de début"),
        ({"begin": "9 heures"}, "Écrivez une heure"),
        ({"project": "0"}, "choix"),
    ],
)
def test_time_that_cannot_be_meant_is_refused_beside_its_field(
    house: House, changes: dict[str, object], said: str
) -> None:
    answer = house.client("worker").post("/time/claim", form(house, **changes), headers=FR)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Claim.objects.exists()


def test_day_that_is_not_right_goes_to_a_human(house: House) -> None:
    given = form(house, words="J’ai lu la consigne sur papier.", project=house.project.pk)
    start = f"/time/contest?day={given['day']}&begin=09:00&end=09:20&project={house.project.pk}"
    assert 'value="09:00"' in page(house.client("worker"), start, FR)

    answer = house.client("worker").post("/time/contest", given, headers=FR, follow=True)

    assert "sous 7 jours" in answer.content.decode()
    claim = Claim.objects.get()
    assert (claim.kind, claim.state, claim.pending_ms) == ("contest", "pending", 20 * MINUTE)


def test_contest_without_words_is_refused(house: House) -> None:
    answer = house.client("worker").post("/time/contest", form(house, words=" "), headers=FR)

    assert answer.status_code == 422
    assert not Claim.objects.exists()


def test_own_record_opened_by_oneself_is_nobodys_news(house: House) -> None:
    page(house.client("worker"), "/time/", FR)

    assert not RecordOpening.objects.exists()


def test_data_of_a_day_holds_no_content_and_no_place(house: House) -> None:
    worker = house.people["worker"]
    work(worker, None, 1, AT)

    data = day_as_data(worker, day_of(worker, AT.date(), now_ms()).day, now_ms())

    assert set(data["beats"][0]) == {
        "session", "seq", "mono_ms", "received_ms", "surface", "buckets", "media_ms", "visible",
    }  # fmt: skip
