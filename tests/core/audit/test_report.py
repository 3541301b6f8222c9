import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from canut.core.audit import labels
from canut.core.audit.gathered import gather
from canut.core.audit.page import as_page
from canut.core.audit.pay import Prices
from canut.core.audit.report import CANNOT_TELL, Audit, AuditOptions, as_json, audit
from canut.core.audit.text import as_text
from canut.core.audit.words import AuditLanguage
from canut.core.errors import BadInput, Missing
from canut.core.formats.platforms.register import PLATFORMS
from canut.core.money import Money
from canut.core.quality.estimators.infer import infer
from canut.core.quality.estimators.result import Result
from tests.core.audit.files import mturk_row, write_crowd, write_mturk, write_toloka

MTURK, TOLOKA = PLATFORMS["mturk"], PLATFORMS["toloka"]
FLOOR = Prices("USD", floor=Money(8_000_000, "USD"))


def audited(path: Path, prices: Prices = FLOOR, *questions: str, ids: bool = False) -> Audit:
    found = gather(MTURK.read(path, MTURK.reading_of(path)))
    return audit(
        found, AuditOptions("Mechanical Turk", path.name, prices, questions, shows_ids=ids)
    )


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_crowd(tmp_path_factory.mktemp("audit") / "Batch_results.csv")


@pytest.fixture(scope="module")
def made(crowd: Path) -> Audit:
    return audited(crowd)


def test_labels_come_with_confidence_and_agreement_with_its_interval(made: Audit) -> None:
    [feeling] = made.judged

    assert (feeling.name, len(feeling.tasks), feeling.answers, feeling.people) == (
        "feeling",
        120,
        600,
        12,
    )
    assert set(feeling.labels) == {"anger", "joy", "none"}
    assert feeling.confidence.min() > 1 / 3
    alpha = feeling.alpha
    assert (alpha.low or 0) < (alpha.value or 0) < (alpha.high or 0)
    assert feeling.why


def test_a_known_answer_is_counted_by_a_fit_that_did_not_see_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[set[str]] = []

    def note(columns: object, *, order: list[str], seed: int, gold: dict[str, list[str]]) -> Result:
        shown.append(set(gold["task"]))
        return infer(columns, order=order, seed=seed, gold=gold)

    monkeypatch.setattr(labels, "infer", note)
    said = {"a": "cat", "b": "dog", "c": "cat", "d": "dog"}
    rows = [
        [task, said[task], "cat", "", "", f"{task}{who}", task, task, who, "APPROVED", "", "", "0"]
        for task in said
        for who in ("W1", "W2", "W3")
    ]
    file = write_toloka(tmp_path / "pool.tsv", rows)

    found = gather(TOLOKA.read(file, TOLOKA.reading_of(file)))
    [judged], _ = labels.judge(found, ["result"], 0)

    assert shown[0] == set(judged.tasks)
    assert shown[1] | shown[2] == shown[0]
    assert not shown[1] & shown[2]
    assert judged.right[1] == 4


def test_free_text_is_named_and_not_judged(made: Audit) -> None:
    assert [one.name for one in made.unjudged] == ["why"]


@pytest.mark.slow
def test_a_question_one_names_is_judged_whatever_it_looks_like(tmp_path: Path) -> None:
    crowd = write_crowd(tmp_path / "small.csv", n_tasks=10)

    assert [one.name for one in audited(crowd, FLOOR, "why").judged] == ["why"]


def test_a_question_nobody_answered_is_refused_with_those_there_are(crowd: Path) -> None:
    with pytest.raises(Missing, match="'mood'; the file has: feeling, why"):
        audited(crowd, FLOOR, "mood")


def test_whoever_answers_at_random_stands_out_and_nobody_else(made: Audit) -> None:
    assert made.careless
    [sign] = made.careless.signs

    assert made.ids[sign.worker] == "W00"
    assert sign.low < sign.agreement < sign.high < made.careless.usual["feeling"]


def test_nothing_is_said_of_people_with_few_answers(tmp_path: Path) -> None:
    path = write_crowd(tmp_path / "small.csv", n_tasks=10)

    made = audited(path)

    assert made.careless is None
    assert "20" in as_text(made, "en")


def test_names_of_people_are_written_only_where_asked(crowd: Path, made: Audit) -> None:
    hidden = as_text(made, "en") + as_page(made, "fr") + json.dumps(as_json(made))
    shown = json.dumps(as_json(audited(crowd, ids=True)))

    assert "W00" not in hidden
    assert "W00" in shown


def test_json_holds_every_figure_and_every_label(made: Audit) -> None:
    told = json.loads(json.dumps(as_json(made), allow_nan=False))

    assert {"by_person", "by_hour", "under_floor", "rejected_unpaid", "hours"} <= set(told["pay"])
    assert len(told["questions"][0]["labels"]) == 120
    assert len(told["pay"]["each"]) == 12
    assert told["cannot_tell"] == list(CANNOT_TELL)
    assert told["problems"] == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_the_file_cannot_tell_is_said(made: Audit, language: str) -> None:
    text, page, voice = as_text(made, language), as_page(made, language), AuditLanguage(language)

    for name in CANNOT_TELL:
        first = voice.say(name).split(",")[0].split(";")[0].rstrip()
        assert first.split(" ")[0] in text
        assert first.replace("'", "&#x27;") in page


class _Strict(HTMLParser):
    """Notes what a page that needs nothing else may not hold."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "link", "img", "iframe", "object", "form", "a"}:
            self.found.append(tag)
        self.found += [name for name, _ in attrs if name in {"style", "src", "href"}]
        self.found += [name for name, _ in attrs if name.startswith("on")]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_needs_nothing_but_itself(made: Audit, language: str) -> None:
    page = as_page(made, language)
    reader = _Strict()
    reader.feed(page)

    assert not reader.found
    assert f'<html lang="{language}">' in page
    assert "default-src 'none'" in page
    assert not re.search(r"https?:|url\(", page)


def test_a_file_cannot_put_its_own_html_into_the_page(tmp_path: Path) -> None:
    rows = [mturk_row(f"<b>{n}</b>", f"W{n % 3}", ["<script>alert(1)</script>"]) for n in range(30)]
    path = write_mturk(tmp_path / "<i>.csv", rows)

    page = as_page(audited(path), "en")

    assert "<script" not in page
    assert "<b>" not in page
    assert "<i>" not in page
    assert "&lt;script&gt;" in page


def test_problems_are_told_with_line_and_column(tmp_path: Path) -> None:
    rows = [mturk_row(f"H{n}", "W", ["a"], seconds="x" if n == 3 else "30") for n in range(30)]
    path = write_mturk(tmp_path / "file.csv", rows)

    made = audited(path)

    assert as_json(made)["problems"] == [
        {
            "line": 5,
            "column": "WorkTimeInSeconds",
            "code": "bad-seconds",
            "words": "“x” is no time in seconds.",
        }
    ]
    assert "WorkTimeInSeconds" in as_text(made, "fr")


def test_a_file_that_tells_nothing_is_refused(tmp_path: Path) -> None:
    path = write_mturk(tmp_path / "file.csv", [mturk_row("H", "", ["a"])])

    with pytest.raises(BadInput, match="line 2: no-worker"):
        audited(path)


def test_the_same_rows_in_another_order_give_the_same_figures(crowd: Path, made: Audit) -> None:
    lines = crowd.read_text().splitlines(keepends=True)
    other = crowd.with_name("other.csv")
    other.write_text(lines[0] + "".join(reversed(lines[1:])))

    again = audited(other)

    assert again.pay
    assert made.pay
    assert (again.pay.by_person, again.pay.under) == (made.pay.by_person, made.pay.under)
    assert again.judged[0].alpha.value == pytest.approx(made.judged[0].alpha.value)
    by_task = dict(zip(again.judged[0].tasks, again.judged[0].label.tolist(), strict=True))
    assert [by_task[task] for task in made.judged[0].tasks] == made.judged[0].label.tolist()
