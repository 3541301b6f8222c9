"""The sample data of the lessons give the keys and the numbers that their screens use."""

import json
import re
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

import canut.core

SHIPPED = Path(canut.core.__file__).parent / "lessons" / "shipped"
SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})


def folder_of(name: str) -> Path:
    return SHIPPED / name


def rows_of(name: str, file: str = "tasks") -> list[dict[str, Any]]:
    path = folder_of(name) / "sample" / f"{file}.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def items_of(name: str) -> dict[str, dict[str, Any]]:
    lesson = yaml.safe_load((folder_of(name) / "lesson.yaml").read_text("utf-8"))
    return {item["id"]: item for item in lesson["items"]}


def screen_of(name: str, language: str, screen: str) -> str:
    text = (folder_of(name) / f"{language}.md").read_text("utf-8").translate(SPACES)
    return text.split(f"**{screen} · ")[1].split("\n**s")[0]


def test_naming_counts_the_labels_of_the_twenty_letters() -> None:
    labels = Counter(row["chosen_en"] for row in rows_of("02-naming", "key"))
    given = items_of("02-naming")["q1"]["given"]
    assert labels == {"other": given["other"], "late": 5, "billing": 4, "rude": 4}
    assert len(rows_of("02-naming")) == labels.total() == given["letters"]
    english = screen_of("02-naming", "en", "s04")
    assert "Late: 5. Billing: 4. Rude: 4. Other: 7." in english


def test_disagreement_keys_are_what_four_of_the_jury_chose() -> None:
    items = items_of("03-disagreement")
    by_screen = {item["screen"]: item["key"] for item in items.values() if item["kind"] == "match"}
    undecided = []
    for row in rows_of("03-disagreement", "key"):
        pile, votes = Counter(row["jury"]).most_common(1)[0]
        assert len(row["jury"]) == 5
        if votes < 4:
            undecided.append(row["id"])
            assert row["key"] is None
        else:
            assert by_screen[row["screen"]][row["letter"]] == row["key"] == pile
    assert undecided == ["d19", "d20"]
    assert sum(len(key) for key in by_screen.values()) == 18


@pytest.mark.parametrize("language", ["fr", "en"])
def test_disagreement_screens_print_the_sample(language: str) -> None:
    texts = rows_of("03-disagreement")
    for row, key in zip(texts, rows_of("03-disagreement", "key"), strict=True):
        if key["key"]:
            screen = screen_of("03-disagreement", language, key["screen"])
            assert f"{key['letter']}) {row[language].translate(SPACES)}." in screen


def test_bias_planted_slice_is_the_one_least_often_right() -> None:
    rows = rows_of("04-bias")
    shares = {row["id"]: Fraction(row["right"], row["letters"]) for row in rows}
    items = items_of("04-bias")
    assert [min(shares, key=lambda name: shares[name])] == [str(key) for key in items["q6"]["key"]]
    assert 100 * (shares["1"] - shares["2"]) == Fraction(items["q7"]["key"])
    for first, second in (("1", "2"), ("3", "4"), ("5", "6")):
        pair = [row for row in rows if row["id"] in {first, second}]
        assert sum(row["letters"] for row in pair) == 240
        assert sum(row["right"] for row in pair) == 213


@pytest.mark.parametrize("language", ["fr", "en"])
def test_privacy_pieces_to_mask_are_the_planted_ones(language: str) -> None:
    texts = rows_of("05-privacy")
    masks = {
        row["id"]: {entry["piece"] for entry in row["mask"]} for row in rows_of("05-privacy", "key")
    }
    assert len(texts) == 12
    assert sum(map(len, masks.values())) == 8
    for item in items_of("05-privacy").values():
        if item["kind"] != "find":
            continue
        here = [row for row in texts if row["screen"] == item["screen"]]
        assert set(item["key"]) == set().union(*(masks[row["id"]] for row in here))
        screen = screen_of("05-privacy", language, item["screen"])
        for row in here:
            for number, piece in zip(row["pieces"], row[language], strict=True):
                assert f"{number}) {piece.translate(SPACES)} " in screen


def test_statement_has_one_line_that_does_not_add_up() -> None:
    due = {row["id"]: Decimal(row["due"]) for row in rows_of("06-time-pay", "key")}
    wrong = []
    for row in rows_of("06-time-pay"):
        assert Decimal(row["count"]) * Decimal(row["rate"]) == due[row["id"]]
        if Decimal(row["printed"]) != due[row["id"]]:
            wrong.append(row)
    items = items_of("06-time-pay")
    assert [row["id"] for row in wrong] == [str(key) for key in items["q6"]["key"]]
    assert due[wrong[0]["id"]] - Decimal(wrong[0]["printed"]) == Decimal(items["q7"]["key"])
    assert sum(due.values()) == Decimal("33.00")
    assert sum(Decimal(row["printed"]) for row in rows_of("06-time-pay")) == Decimal("32.63")


def test_refused_kind_takes_only_its_own_lines_away() -> None:
    (key,) = rows_of("07-hard-content", "key")
    lines = {row["id"]: row["kind"] for row in rows_of("07-hard-content")}
    gone = [name for name, kind in lines.items() if kind == key["refused"]]
    assert gone == key["gone"] == [str(line) for line in items_of("07-hard-content")["q4"]["key"]]
    assert key["stays"] == [name for name in lines if name not in gone]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_trade_words_stand_in_the_planted_lines_only(language: str) -> None:
    words = {row["id"]: row[language].lower() for row in rows_of("08-explain", "key")}
    assert list(words) == [str(line) for line in items_of("08-explain")["q1"]["key"]]
    for row in rows_of("08-explain"):
        met = [name for name, word in words.items() if word in row[language].lower()]
        assert met == ([row["id"]] if row["id"] in words else [])


@pytest.mark.parametrize("language", ["fr", "en"])
def test_three_proposals_of_thirty_are_wrong_and_all_are_asked_for(language: str) -> None:
    keys = {row["id"]: row for row in rows_of("09-human-loop", "key")}
    tasks = rows_of("09-human-loop")
    assert Counter(row["part"] for row in tasks) == {"blind": 30, "proposal": 30}
    shown = [row for row in tasks if row["part"] == "proposal"]
    wrong = [row["id"] for row in shown if row[f"proposal_{language}"] != keys[row["id"]][language]]
    assert wrong == [name for name, key in keys.items() if key.get("planted")]
    items = items_of("09-human-loop")
    pages = [("q4", shown[:8]), ("q5", shown[8:16])]
    for name, page in pages:
        screen = screen_of("09-human-loop", language, items[name]["screen"])
        planted = [number for number, row in enumerate(page, 1) if row["id"] in wrong]
        assert planted == items[name]["key"]
        for row in page:
            assert row[language].translate(SPACES) in screen
    assert len(wrong) == sum(len(items[name]["key"]) for name, _page in pages) == 3


def test_faults_of_the_letters_are_where_the_screens_say() -> None:
    rows = rows_of("11-diagnose")
    errors = [row for row in rows if row["people"] != row["model"]]
    english = screen_of("11-diagnose", "en", "s06")
    for source in "ABCD":
        wrong = sum(row["source"] == source for row in errors)
        tasks = sum(row["source"] == source for row in rows)
        assert f"file {source}, {wrong} errors of {tasks}." in english
    swapped = Counter((row["people"], row["model"]) for row in errors if row["source"] == "B")
    assert (swapped["billing", "late"], swapped["late", "billing"]) == (10, 9)
    assert swapped.total() == 22
    english = screen_of("11-diagnose", "en", "s08")
    for week in range(44, 50):
        wrong = sum(row["week"] == week and row["source"] != "B" for row in errors)
        tasks = sum(row["week"] == week and row["source"] != "B" for row in rows)
        assert re.search(rf"week {week}, {wrong} errors? of {tasks}\.", english)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_charter_of_the_sample_is_on_the_screen(language: str) -> None:
    screen = screen_of("12-aims", language, "s08")
    for row in rows_of("12-aims"):
        assert row[language].translate(SPACES) in screen
    weak = [row["id"] for row in rows_of("12-aims", "key")]
    assert weak == [str(line) for line in items_of("12-aims")["q6"]["key"]]


@pytest.mark.parametrize(
    "name", sorted(path.parent.parent.name for path in SHIPPED.glob("*/cases/rubric.yaml"))
)
def test_anchors_of_both_languages_are_a_weak_a_middle_and_a_full_one(name: str) -> None:
    rubric = yaml.safe_load((folder_of(name) / "cases" / "rubric.yaml").read_text("utf-8"))
    by_language = {
        language: [row["marks"] for row in rubric["anchors"] if row["language"] == language]
        for language in ("fr", "en")
    }
    assert by_language["fr"] == by_language["en"]
    totals = [sum(marks.values()) for marks in by_language["fr"]]
    assert len(totals) == 5
    assert totals[0] <= 4
    assert 8 <= min(totals[2:4]) <= max(totals[2:4]) <= 9
    assert totals[4] == 12
