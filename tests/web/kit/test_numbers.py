"""No number, date or amount that somebody sends fails a page: each is read, or refused in words."""

import json
from collections.abc import Mapping
from typing import NamedTuple

import pytest
from django.urls import Resolver404, resolve

from canut.store.models import FundsLine
from canut.web.urls import PAGES
from tests.support.instance import House

NINES = "9" * 5_000
BEYOND = str(2**63)
ODD = ("²", "१२", NINES, BEYOND, "1e999999")
DAYS = ("0001-01-01", "9999-12-31", "0000-00-00", "2026-02-30", "२०२६-०१-०१", NINES)


PRICE = {"go": "keep", "overlap": "2", "currency": "CAD"}


class Sent(NamedTuple):
    """One address that reads a number: who asks, where, and by which field."""

    role: str
    address: str
    field: str
    others: Mapping[str, str] = {}
    begins: str = ""


QUERIES = (
    Sent("stranger", "/terms/", "version"),
    Sent("stranger", "/ledger/0", "before"),
    Sent("worker", "/media/{project}/{picture}", "size"),
    Sent("worker", "/messages/", "of"),
    Sent("requester", "/projects/{project}/unsure", "after", {"sure": "0.5"}),
    Sent("requester", "/projects/{project}/unsure", "sure", {"after": "1"}),
    Sent("requester", "/projects/{project}/wrong", "after"),
    Sent("requester", "/projects/{project}/quality", "page"),
    Sent("requester", "/projects/{project}/tasks", "after", begins="1~"),
    Sent("requester", "/projects/{project}/tasks", "before", begins="1~"),
    Sent("requester", "/projects/{project}/webhooks", "of"),
    Sent("requester", "/projects/{project}/webhooks", "before", {"of": "1"}),
    Sent("requester", "/projects/", "page"),
    Sent("requester", "/projects/{draft}/setup/estimate", "price", {"overlap": "2"}),
    Sent("requester", "/projects/{draft}/setup/estimate", "overlap", {"price": "1"}),
    Sent("worker", "/time/contest", "project"),
)
POSTS = (
    Sent("worker", "/messages/answer", "of", {"text": "Bonjour"}),
    Sent("worker", "/terms/accept", "version"),
    Sent("operator", "/rules/withdraw", "change"),
    Sent("representative", "/rules/opinion", "change", {"text": "Non", "agrees": "0"}),
    Sent("operator", "/representatives/open", "seats"),
    Sent("worker", "/representatives/vote", "candidates"),
    Sent("worker", "/account/sessions/end", "number"),
    Sent("worker", "/work/{project}/release", "leases"),
    Sent("worker", "/work/{project}/release", "seen"),
    Sent("requester", "/projects/{project}/price", "price", {"pays": "piece"}),
    Sent("requester", "/projects/{project}/price", "hourly", {"pays": "hours", "seconds": "9"}),
    Sent("requester", "/projects/{project}/price", "seconds", {"pays": "hours", "hourly": "9"}),
    Sent("operator", "/projects/{project}/funds", "amount", {"note": "virement"}),
    Sent("requester", "/projects/{project}/tasks/change", "change", begins="answers:"),
    Sent("requester", "/projects/{project}/tasks/change", "said", {"change": "aside"}),
    Sent(
        "requester", "/projects/{project}/tasks/change", "task", {"change": "aside", "marked": "1"}
    ),
    Sent("requester", "/projects/{project}/overlap", "overlap"),
    Sent("requester", "/projects/{project}/webhooks/1/replay", "message"),
    Sent("requester", "/projects/{project}/invitations", "days", {"role": "worker"}),
    Sent("requester", "/projects/{project}/review/rule", "price"),
    Sent("requester", "/projects/{project}/asking", "overlap", {"do": "asking", "how": "fixed"}),
    Sent("requester", "/projects/{draft}/setup/price", "price", PRICE),
    Sent("requester", "/projects/{draft}/setup/question", "kind_least", {"kind": "rating"}),
    Sent("requester", "/projects/{draft}/setup/chain", "price", {"client": "x", "country": "CA"}),
    Sent("requester", "/keys/", "days", {"name": "x"}),
    Sent("operator", "/payroll/rules", "days"),
    Sent(
        "operator", "/payroll/rules", "cnesst", {"days": "14", "wait_days": "7", "currency": "CAD"}
    ),
    Sent(
        "operator", "/payroll/rules", "payroll", {"days": "14", "wait_days": "7", "currency": "CAD"}
    ),
    Sent("operator", "/rules/propose", "value", {"name": "hours_day", "reason": "parce que oui"}),
    Sent(
        "operator", "/rules/propose", "value", {"name": "floor", "reason": "x", "currency": "CAD"}
    ),
    Sent("worker", "/work/exposure", "minutes", {"limit": "1"}),
    Sent(
        "worker", "/time/contest", "project", {"day": "2026-05-01", "begin": "08:00", "end": "9:00"}
    ),
)
DATED = (
    Sent("worker", "/time/", "day"),
    Sent("worker", "/time/line", "day"),
    Sent("worker", "/time/day.json", "day"),
)
DATED_POSTS = (
    Sent("worker", "/time/claim", "day", {"begin": "08:00", "end": "09:00", "why": "paper"}),
    Sent("worker", "/time/contest", "day", {"begin": "08:00", "end": "09:00", "words": "x"}),
    Sent("operator", "/payroll/", "first_day", {"last_day": "2026-05-14"}),
    Sent("operator", "/payroll/", "last_day", {"first_day": "2026-05-01"}),
    Sent("operator", "/terms/publish", "day", {"text_fr": "x", "text_en": "x"}),
)


def named(sent: Sent) -> str:
    return f"{sent.address} {sent.field} {sent.others.get('name', '')}".strip()


@pytest.mark.parametrize("sent", QUERIES, ids=named)
def test_no_number_of_a_query_fails_its_page(shared: House, sent: Sent) -> None:
    client, address = shared.client(sent.role), filled(shared, sent.address)

    for text in ODD:
        answer = client.get(address, {**sent.others, sent.field: sent.begins + text})

        assert answer.status_code < 500, text[:40]


@pytest.mark.parametrize("sent", POSTS, ids=named)
def test_no_number_of_a_form_fails_its_page(shared: House, sent: Sent) -> None:
    client, address = shared.client(sent.role), filled(shared, sent.address)

    for text in ODD:
        answer = client.post(address, {**sent.others, sent.field: sent.begins + text})

        assert answer.status_code < 500, text[:40]


@pytest.mark.parametrize("sent", DATED, ids=named)
def test_no_day_of_a_query_fails_its_page(shared: House, sent: Sent) -> None:
    client = shared.client(sent.role)

    for text in DAYS:
        assert client.get(sent.address, {sent.field: text}).status_code == 200, text[:40]


@pytest.mark.parametrize("sent", DATED_POSTS, ids=named)
def test_no_day_of_a_form_fails_its_page(shared: House, sent: Sent) -> None:
    others = {"project": str(shared.project.pk), **sent.others}
    client = shared.client(sent.role)

    for text in DAYS:
        answer = client.post(sent.address, {**others, sent.field: text})

        assert 400 <= answer.status_code < 500, text[:40]


@pytest.mark.parametrize(
    ("sent", "text", "status"),
    [
        (Sent("stranger", "/terms/", "version"), "²", 404),
        (Sent("worker", "/messages/", "of"), "²", 404),
        (Sent("worker", "/messages/answer", "of"), "²", 422),
        (Sent("worker", "/terms/accept", "version"), "²", 422),
        (Sent("operator", "/rules/withdraw", "change"), NINES, 404),
        (Sent("worker", "/representatives/vote", "candidates"), BEYOND, 404),
        (Sent("operator", "/representatives/open", "seats"), "²", 422),
        (Sent("worker", "/work/{project}/release", "leases"), "1,²", 422),
        (
            Sent("requester", "/projects/{project}/tasks/change", "change"),
            "answers:" + "9" * 30,
            422,
        ),
        (Sent("requester", "/projects/{project}/price", "price", {"pays": "piece"}), NINES, 422),
        (Sent("requester", "/projects/{project}/overlap", "overlap"), "²", 422),
    ],
)
def test_number_that_names_nothing_is_refused(
    shared: House, sent: Sent, text: str, status: int
) -> None:
    client, address = shared.client(sent.role), filled(shared, sent.address)
    ask = client.get if status == 404 and sent in QUERIES else client.post
    if sent.address in {"/terms/", "/messages/"}:
        ask = client.get

    assert ask(address, {**sent.others, sent.field: text}).status_code == status


def test_deposit_beyond_what_can_be_counted_is_refused_and_not_kept(shared: House) -> None:
    client, address = shared.client("operator"), f"/projects/{shared.project.slug}/funds"
    for text in (BEYOND, NINES, "1e999999", "1" + "0" * 13):
        client.post(address, {"amount": text, "note": "virement"})

    assert not FundsLine.objects.filter(project=shared.project).exists()


def test_sum_of_deposits_stays_within_what_can_be_counted(shared: House) -> None:
    client, address = shared.client("operator"), f"/projects/{shared.project.slug}/funds"
    most = {"amount": str(10**12), "note": "virement"}

    assert client.post(address, most).status_code == 302
    assert client.post(address, most).status_code == 422
    assert client.get(f"/projects/{shared.project.slug}/bill").status_code == 200


@pytest.mark.parametrize("number", [BEYOND, NINES, "²", "१२"])
def test_number_of_an_address_beyond_every_column_is_missing(number: str) -> None:
    asked = [page for page in PAGES if "<whole:" in page.address]
    assert len(asked) > 40

    for page in asked:
        with pytest.raises(Resolver404):
            resolve(numbered(page.address, "demo", number))


@pytest.mark.slow
@pytest.mark.parametrize("role", ["stranger", "worker", "requester", "operator"])
def test_largest_number_of_an_address_fails_no_page(shared: House, role: str) -> None:
    client = shared.client(role)

    for page in PAGES:
        if "<whole:" in page.address:
            address = numbered(page.address, shared.project.slug, str(2**63 - 1))
            ask = client.get if page.methods[0] == "GET" else client.post

            assert ask(address).status_code in {302, 401, 403, 404, 422}, page.name


@pytest.mark.parametrize("size", ["1e999", "Infinity", NINES, BEYOND, "NaN", '"²"', "-1", "1.5"])
def test_size_of_an_upload_is_a_number_within_bounds(shared: House, size: str) -> None:
    answer = shared.client("requester").post(
        "/uploads/", f'{{"name": "a.csv", "size": {size}}}', content_type="application/json"
    )

    assert answer.status_code in {413, 422}


@pytest.mark.parametrize("offset", [NINES, BEYOND, "²", "-1", "1e9", ""])
def test_offset_of_a_part_is_a_number_within_bounds(shared: House, offset: str) -> None:
    client = shared.client("requester")
    begun = client.post("/uploads/", json.dumps({"name": "a.csv", "size": 9}), "application/json")
    assert begun.status_code == 201, begun.content

    answer = client.post(
        f"/uploads/{begun.json()['token']}",
        b"x",
        content_type="application/octet-stream",
        headers={"Upload-Offset": offset},
    )

    assert answer.status_code == 422


@pytest.mark.parametrize("part", ["bytes=0-" + NINES, "bytes=²-", "bytes=१-९", "bytes=-0"])
def test_range_of_a_picture_never_fails(shared: House, part: str) -> None:
    address = filled(shared, "/media/{project}/{picture}")

    assert shared.client("worker").get(address, headers={"Range": part}).status_code == 200


def filled(house: House, address: str) -> str:
    return address.format(project=house.project.slug, draft=house.draft.slug, picture=house.picture)


def numbered(address: str, slug: str, number: str) -> str:
    text = "/" + address.replace("<slug:project>", slug)
    for name in ("number", "place"):
        text = text.replace(f"<whole:{name}>", number)
    for name, value in {"form": "json", "language": "fr", "act": "test"}.items():
        text = text.replace(f"<str:{name}>", value)
    return text
