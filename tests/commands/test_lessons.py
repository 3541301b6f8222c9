"""``canut lessons``: ``check`` needs no instance; ``figures`` prints how far markers agree."""

import json
import shutil
from pathlib import Path

import pytest

from canut.__main__ import main
from canut.actions.lessons.marking import mark_case
from canut.core.lessons.reading import SHIPPED
from tests.support.factories import NOW_MS, make_person
from tests.support.lessons import REASONS, make_marker, send_case


def test_check_of_a_good_lesson_ends_with_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lessons", "check", str(SHIPPED / "01-click-life")]) == 0
    assert capsys.readouterr().out.endswith("14 screens, 10 items, 0 problems\n")


def test_check_lists_each_problem_and_ends_with_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path(shutil.copytree(SHIPPED / "01-click-life", tmp_path / "copy"))
    text = (folder / "en.md").read_text()
    (folder / "en.md").write_text(text.replace("She took six seconds.", "She took 6 seconds."))

    assert main(["lessons", "check", str(folder)]) == 1

    assert "s01: 6 stands -1 times in French against English" in capsys.readouterr().out


def test_folder_that_cannot_be_read_is_refused_by_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path(shutil.copytree(SHIPPED / "01-click-life", tmp_path / "copy"))
    (folder / "cases/rubric.yaml").unlink()
    assert main(["lessons", "check", str(folder)]) == 1
    assert "cases/rubric.yaml" in capsys.readouterr().err
    assert main(["lessons", "check"]) == 1


@pytest.mark.django_db
def test_figures_are_printed_from_twenty_double_marked_cases_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    markers = [make_marker(NOW_MS) for _ in range(2)]
    for number in range(20):
        script = send_case(make_person(), NOW_MS)
        lead = [number % 3 + 1] * 3
        for marker, last in zip(markers, (number % 3, 3), strict=True):
            levels = [*lead, last]  # every third case stands at 7 and 9, on both sides of a pass
            mark_case(script.pk, levels, REASONS, by=marker, now_ms=NOW_MS)
        if number == 18:
            assert "click-life: 19 cases marked by two; published from 20" in figures(capsys)

    printed = figures(capsys)

    assert " 1 click-life: 20 cases, alpha 0." in printed
    assert "(path 1.000, people 1.000, unknown 1.000, plain -0." in printed
    assert " 2 naming: 0 cases marked by two" in printed
    rows = json.loads(figures(capsys, "--json"))
    measured = rows[0]
    assert (measured["lesson"], measured["cases"], measured["alpha"]["path"]) == (
        "click-life", 20, 1.0,
    )  # fmt: skip
    assert measured["third_marker_percent"] == 35
    assert rows[1]["alpha_total"] is None


def figures(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    """Return what ``canut lessons figures`` prints."""
    capsys.readouterr()
    assert main(["lessons", "figures", *options]) == 0
    return capsys.readouterr().out
