from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from canut.core.day_names import day_in
from canut.core.decisions.explanations import format_fact
from canut.core.portrait.language import PortraitLanguage
from canut.web.kit import formatting
from canut.web.kit.places import countries
from canut.web.pay import tags
from canut.web.tasks.task_view import said_by

NB, NARROW = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [(0, "0 s"), (41_999, "41 s"), (130_000, "2 min 10"), (9_240_000, "2 h 34")],
)
def test_time_is_never_rounded_up(milliseconds: int, words: str) -> None:
    assert formatting.duration(milliseconds) == words.replace(" ", NB)


@pytest.mark.parametrize(("language", "words"), [("fr", f"16,98{NB}$"), ("en", "$16.98")])
def test_money_reads_as_in_canada(language: str, words: str) -> None:
    with translation.override(language):
        assert formatting.money(16_980_000, "CAD") == words


def test_earnings_are_rounded_up_as_the_statement_will_be() -> None:
    with translation.override("en"):
        assert formatting.earnings(813_400, "CAD") == "$0.82"
        assert formatting.earnings(810_000, "CAD") == "$0.81"


def test_first_of_a_month_is_an_ordinal_in_french_alone() -> None:
    first, at = date(2026, 12, 1), datetime(2026, 12, 1, 5, 1, tzinfo=UTC)

    with translation.override("fr"):
        words = [
            formatting.calendar_day(first),
            formatting.day(at),
            formatting.moment(at),
            formatting.day_and_hour(int(at.timestamp() * 1000)),
            tags.short_day(first),
            tags.on_day(first),
            tags.days_of_period(first, date(2026, 12, 14)),
            formatting.calendar_day(date(2026, 12, 21)),
        ]
    with translation.override("en"):
        english = [
            formatting.calendar_day(first),
            tags.short_day(first),
            tags.days_of_period(first, date(2026, 12, 14)),
            tags.days_of_period(date(2026, 11, 28), date(2026, 12, 11)),
            tags.days_of_period(date(2026, 12, 26), date(2027, 1, 8)),
        ]

    assert [text.replace(NB, " ") for text in words] == [
        "1er décembre 2026",
        "mardi 1er décembre",
        "1er décembre 2026, 0 h 01",
        "1er déc., 0 h 01",
        "mar. 1er déc.",
        "1er décembre 2026",
        "1er – 14 déc. 2026",
        "21 décembre 2026",
    ]
    assert [text.replace(NB, " ") for text in english] == [
        "December 1, 2026",
        "Tue, Dec 1",
        "Dec 1 – 14, 2026",
        "Nov 28 – Dec 11, 2026",
        "Dec 26, 2026 – Jan 8, 2027",
    ]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_texts_written_outside_a_page_name_days_as_pages_do(language: str) -> None:
    days = [date(2027, month, number) for month in range(1, 13) for number in (1, 12, 28)]

    with translation.override(language):
        on_pages = [formatting.calendar_day(day).replace(NB, " ") for day in days]

    assert on_pages == [day_in(language, day) for day in days]
    assert on_pages == [format_fact("until_day", day.isoformat(), language) for day in days]
    assert on_pages == [PortraitLanguage(language).day(day) for day in days]


@pytest.mark.parametrize(("text", "words"), [("90.9", f"90,9{NB}%"), ("dix", "dix")])
def test_percentage_of_a_document_is_written_as_the_page_writes_it(text: str, words: str) -> None:
    with translation.override("fr"):
        assert formatting.percent_of(text) == words


def test_price_below_a_cent_keeps_its_decimals() -> None:
    with translation.override("fr"):
        assert formatting.price(37_500, "CAD") == f"0,0375{NB}$"


def test_total_is_rounded_half_to_even() -> None:
    with translation.override("en"):
        assert formatting.money(125_000, "CAD") == "$0.12"
        assert formatting.money(135_000, "CAD") == "$0.14"


@pytest.mark.parametrize(("part", "words"), [(0.972, "97,2"), (1.0, "100,0"), (None, "inconnu")])
def test_share_has_one_decimal_or_is_unknown(part: float | None, words: str) -> None:
    with translation.override("fr"):
        assert formatting.share(part).removesuffix(f"{NB}%") == words


@pytest.mark.parametrize(("part", "words"), [(0.796, "79%"), (0.29, "29%"), (0.999, "99%")])
def test_whole_share_does_not_claim_more_than_there_is(part: float, words: str) -> None:
    with translation.override("en"):
        assert formatting.whole_share(part) == words


def test_interval_is_written_without_its_sign() -> None:
    with translation.override("fr"):
        assert formatting.interval(0.961, 0.98) == f"[96,1{NB}–{NB}98,0]"


@pytest.mark.parametrize(
    ("octets", "words"), [(223, "223 octets"), (2_516_582, "2,4 Mio"), (2**31, "2 Gio")]
)
def test_size_takes_the_unit_that_fits(octets: int, words: str) -> None:
    with translation.override("fr"):
        assert formatting.size(octets) == words.replace(" ", NB)


def test_moment_is_the_same_from_both_clocks() -> None:
    noon = datetime(2026, 11, 25, 17, tzinfo=UTC)

    with translation.override("en"):
        assert formatting.moment(noon) == formatting.moment(int(noon.timestamp() * 1000))
        assert formatting.moment(noon) == "November 25, 2026, 12:00"


def test_who_speaks_in_a_conversation_is_said_in_the_readers_language() -> None:
    with translation.override("fr"):
        french = [said_by(role, "Oui.") for role in ("user", "assistant", "system", "juge")]
    with translation.override("en"):
        english = said_by("assistant", "Yes.")

    assert french == [
        "La personne\u00a0: Oui.",
        "L’assistant\u00a0: Oui.",
        "Consigne donnée à la machine\u00a0: Oui.",
        "juge\u00a0: Oui.",
    ]
    assert english == "The assistant: Yes."


def test_names_are_sorted_as_a_dictionary_sorts_them() -> None:
    names = ["Zoé", "Émile", "Eva", "élodie", "Ana"]

    assert sorted(names, key=formatting.alphabetical) == ["Ana", "élodie", "Émile", "Eva", "Zoé"]


def test_countries_stand_where_people_look_for_them() -> None:
    with translation.override("fr"):
        names = [name for _, name in countries()[1:]]

    assert names.index("Égypte") < names.index("Espagne") < names.index("États-Unis")
    assert names.index("Hongrie") < names.index("îles Canaries") < names.index("Inde")
