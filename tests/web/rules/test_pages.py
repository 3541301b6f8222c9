"""The register's pages: for everybody, without script; rows to whom they may be shown."""

import csv
import io
import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from canut.actions.rules.evaluation import evaluate
from canut.core.clock import to_ms
from canut.core.rules.reading import shipped_register
from canut.store.models import RuleReview, RuleTask
from tests.support import rule_cases, rule_rows
from tests.support.factories import NOW, NOW_MS, make_person
from tests.support.instance import House, make_house
from tests.support.oversight_rows import open_project

pytestmark = pytest.mark.django_db
LAW = "/rules/law/"
ENTRIES = 127
RULE = "C193-f"


@pytest.fixture(autouse=True)
def _today(stop_clock: Callable[[datetime], None]) -> None:
    stop_clock(NOW)


@pytest.fixture
def house() -> House:
    return make_house()


def _page(client: Client, address: str, language: str = "en") -> str:
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_everybody_reads_every_rule_without_script_and_red_first() -> None:
    rule_cases.terms()
    evaluate(NOW_MS)

    page = _page(Client(), LAW)

    shown = re.findall(r'<li class="rule-line[^>]*id="([^"]+)"', page)
    assert sorted(shown) == sorted(shipped_register().rules)
    assert len(shown) == ENTRIES
    assert page.index("Not met") < page.index("Every rule")
    facts = page[page.index('<dl class="facts">') : page.index("</dl>")]
    assert re.findall(r"<dd class=.v.>(\d+)</dd>", facts)
    assert "%" not in facts, "a count is never made a share"


@pytest.mark.parametrize("key", ["PWD-10-5", "CAN-R40", "SAV-11", "PWD-18", "LNT-84-3", "AIA-4"])
def test_french_and_english_pages_say_the_same_number_of_things(key: str) -> None:
    evaluate(NOW_MS)
    parts = re.compile(r"<(?:p|dd|li|h1|h2|span)\b")

    for address in (LAW, f"{LAW}{key}/"):
        english, french = (_page(Client(), address, language) for language in ("en", "fr"))
        assert len(parts.findall(english)) == len(parts.findall(french))
        assert english != french


def test_before_the_first_count_nothing_is_said_to_be_met_but_what_the_code_holds() -> None:
    page = _page(Client(), LAW)

    assert "Nothing was counted yet" in page
    assert "none falls short" not in page


def test_what_nobody_confirmed_is_marked_on_both_pages() -> None:
    marked = ">à vérifier<"

    assert marked in _page(Client(), f"{LAW}PWD-17/", "fr")
    assert marked not in _page(Client(), f"{LAW}LNT-46/", "fr")
    line = re.search(r'<li class="rule-line([^"]*)" id="PWD-17"', _page(Client(), LAW))
    assert line is not None
    assert "to-verify" in line[1]


def test_rules_are_filtered_by_place_and_by_who_is_bound() -> None:
    quebec = _page(Client(), f"{LAW}?place=CA-QC")
    clients = _page(Client(), f"{LAW}?who=client")

    assert 'id="LNT-46"' in quebec
    assert 'id="PWD-17"' not in quebec
    assert 'id="FW-1-1"' in quebec, "what holds everywhere holds there"
    assert re.findall(r'id="(PAI-\d)"', clients) == [f"PAI-{n}" for n in range(1, 6)] or (
        sorted(re.findall(r'id="(PAI-\d)"', clients)) == [f"PAI-{n}" for n in range(1, 6)]
    )
    assert 'id="LNT-46"' not in clients


def test_csv_and_json_hold_every_rule_with_its_verdict() -> None:
    open_project(is_described=False)
    evaluate(NOW_MS)

    rows = list(csv.DictReader(io.StringIO(_page(Client(), "/rules/law.csv"))))
    document = Client().get("/rules/law.json").json()

    assert len(rows) == len(document["rules"]) == ENTRIES
    assert {row["rule"] for row in rows} == shipped_register().rules.keys()
    assert document["register"] == shipped_register().sha256
    assert rows[0]["verdict"] == "not_met"
    assert {row["confidence"] for row in rows} == {"confirmed", "to_verify"}
    assert len(Client().get("/rules/law.json?who=client").json()["rules"]) == 5


def test_rule_names_its_source_its_query_and_its_figure() -> None:
    rule_cases.terms()
    rule_rows.decide(evidence="no")
    rule_rows.decide()
    evaluate(NOW_MS)

    page = _page(Client(), f"{LAW}{RULE}/")

    assert "1 of 2 rejections fall short" in page
    assert shipped_register().rules[RULE].source.url.replace("&", "&amp;") in page
    assert "Every rejection names a listed act" in page
    assert "decision " not in page, "a stranger is shown counts alone"


def test_worker_is_shown_their_own_rows_and_nobody_elses(house: House) -> None:
    mine = rule_rows.decide(person=house.people["worker"], evidence="no")
    other = rule_rows.decide(evidence="no")
    evaluate(NOW_MS)

    page = _page(house.client("worker"), f"{LAW}{RULE}/")

    assert f"decision {mine.pk}" in page
    assert f"decision {other.pk}" not in page


@pytest.mark.parametrize("role", ["auditor", "representative"])
def test_who_watches_is_shown_rows_of_ten_people_and_of_nine_none(house: House, role: str) -> None:
    for _ in range(9):
        rule_rows.decide(evidence="no")
    evaluate(NOW_MS)
    few = _page(house.client(role), f"{LAW}{RULE}/")
    tenth = rule_rows.decide(evidence="no")
    evaluate(NOW_MS)

    many = _page(house.client(role), f"{LAW}{RULE}/")

    assert "too few people" in few
    assert f"decision {tenth.pk}" in many
    assert str(tenth.person) not in many


@pytest.mark.parametrize("role", ["stranger", "operator", "requester"])
def test_others_are_shown_counts_alone(house: House, role: str) -> None:
    rows = [rule_rows.decide(evidence="no") for _ in range(12)]
    evaluate(NOW_MS)

    page = _page(house.client(role), f"{LAW}{RULE}/")

    assert "12 of 12 rejections fall short" in page
    assert not [row for row in rows if f"decision {row.pk}<" in page]


def test_heartbeats_are_shown_to_nobody_as_rows(house: House) -> None:
    for _ in range(12):
        rule_rows.beat(of=make_person())
    evaluate(NOW_MS)

    page = _page(house.client("auditor"), f"{LAW}PWD-7-1-c/")

    assert "12 of 12 heartbeats fall short" in page
    assert "too few people" in page


def test_operator_takes_on_a_task_and_says_it_is_done(house: House) -> None:
    operator = house.people["operator"]
    form = {"owner": operator.pk, "due": "2026-12-20", "note": "Open the election"}
    client = house.client("operator")

    given = client.post(f"{LAW}PWD-15/assign", form)
    shown = _page(Client(), f"{LAW}PWD-15/")
    client.post(f"{LAW}PWD-15/done")

    assert given.status_code == 302
    assert "Open the election" in shown
    assert RuleTask.objects.get().done_by == operator
    assert "done on" in _page(Client(), f"{LAW}PWD-15/")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"due": "2026-11-01"}, 422),
        ({"due": "soon"}, 422),
        ({"note": " "}, 422),
        ({"owner": "0"}, 422),
    ],
)
def test_task_without_owner_day_or_words_is_refused(
    house: House, change: dict[str, str], code: int
) -> None:
    form = {"owner": house.people["operator"].pk, "due": "2026-12-20", "note": "x", **change}

    answer = house.client("operator").post(f"{LAW}PWD-15/assign", form)

    assert answer.status_code == code
    assert not RuleTask.objects.exists()


def test_task_that_is_done_twice_or_on_no_rule_is_refused(house: House) -> None:
    client = house.client("operator")

    assert client.post(f"{LAW}PWD-15/done").status_code == 409
    assert client.post(f"{LAW}NO-1/done").status_code == 404
    assert client.get(f"{LAW}NO-1/").status_code == 404


def test_note_of_a_representative_is_shown_word_for_word_and_only_followed(house: House) -> None:
    words = "Nous <b>doutons</b>.\n\nDepuis  mars."
    client = house.client("representative")

    client.post(f"{LAW}{RULE}/note", {"role": "representative", "text_fr": words})
    client.post(f"{LAW}{RULE}/note", {"role": "representative", "text_en": "We doubt it."})

    page = _page(Client(), f"{LAW}{RULE}/")
    assert list(RuleReview.objects.order_by("pk").values_list("text_fr", "text_en")) == [
        (words, ""),
        ("", "We doubt it."),
    ]
    assert "Nous &lt;b&gt;doutons&lt;/b&gt;." in page
    assert page.index("doutons") < page.index("We doubt it.")


@pytest.mark.parametrize(
    ("role", "form", "code"),
    [
        ("representative", {"role": "jurist", "text_en": "x"}, 403),
        ("auditor", {"role": "representative", "text_en": "x"}, 403),
        ("auditor", {"role": "jurist", "text_en": " "}, 422),
        ("auditor", {"role": "jurist", "text_en": "x" * 4001}, 422),
        ("auditor", {"role": "king", "text_en": "x"}, 422),
        ("operator", {"role": "jurist", "text_en": "x"}, 403),
    ],
)
def test_note_is_refused_without_the_role_or_words(
    house: House, role: str, form: dict[str, str], code: int
) -> None:
    answer = house.client(role).post(f"{LAW}{RULE}/note", form)

    assert answer.status_code == code
    assert not RuleReview.objects.exists()


def test_rules_of_the_instance_and_the_law_lead_to_each_other() -> None:
    assert f'href="{LAW}"' in _page(Client(), "/rules/")
    assert 'href="/rules/"' in _page(Client(), LAW)


def test_verdicts_do_not_depend_on_the_language_of_the_reader() -> None:
    rule_cases.half_year(reported=False)
    evaluate(to_ms(NOW))

    english, french = (
        list(csv.DictReader(io.StringIO(_page(Client(), "/rules/law.csv", language))))
        for language in ("en", "fr")
    )

    assert english == french


def test_a_rule_whose_source_nobody_opened_is_to_verify_and_its_page_says_so() -> None:
    rules = shipped_register().rules.values()
    unopened = {rule.key for rule in rules if rule.source.read_at is None}
    confirmed = {rule.key for rule in rules if rule.confidence == "confirmed"}
    assert unopened
    assert not unopened & confirmed, "a page that nobody opened confirms nothing"

    listed = _page(Client(), LAW)
    tagged = re.findall(r'<li class="rule-line to-verify" id="([^"]+)"', listed)
    assert unopened <= set(tagged)
    assert "nobody here has opened this page" in listed
    for key in sorted(unopened)[:3]:
        page = _page(Client(), f"{LAW}{key}/")
        assert "nobody here has opened this page" in page
        assert ">to verify</span>" in page
    assert "nobody here has opened" not in _page(Client(), f"{LAW}{min(confirmed)}/")
