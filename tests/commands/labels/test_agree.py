import json
import subprocess
import sys
from pathlib import Path

import pytest

from canut.commands.labels.agree import DUPLICATES, METRICS
from canut.core.quality.measures import alpha
from tests.commands.running import Done, canut

ROWS = "task,worker,label\n1,ana,3\n1,bo,3\n2,ana,1\n2,bo,2\n2,bo,1\n3,ana,2\n3,bo,3\n"


def agree(*words: str, language: str = "en_CA.UTF-8") -> Done:
    return canut("agree", *words, language=language)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "answers.csv"
    path.write_text(ROWS)
    return path


def test_a_person_reads_how_far_people_agree(file: Path) -> None:
    said = agree(str(file)).stdout

    assert "6 answers of 2 people to 3 tasks, 3 different labels" in said
    assert "same task and person (last is kept): 1" in said
    assert "Krippendorff's alpha (nominal): 0.545" in said
    assert "Same label: 66.7%" in said
    assert "  ana  bo  3  67%  0.50" in said


def test_in_french_too(file: Path) -> None:
    said = agree(str(file), language="fr_CA.UTF-8").stdout

    assert "Alpha de Krippendorff (nominal)\u00a0: 0,545" in said
    assert "66,7\u00a0%" in said


def test_a_program_reads_the_same_figures(file: Path) -> None:
    found = json.loads(agree(str(file), "--metric", "interval", "--json", "--seed", "3").stdout)

    assert found["alpha"]["value"] == pytest.approx(0.828, abs=1e-3)
    assert found["alpha"]["low"] <= found["alpha"]["value"] <= found["alpha"]["high"]
    assert found["pairs"][0]["tasks"] == 3
    assert found["aside"] == 1


@pytest.mark.parametrize(
    ("policy", "answers", "agreement"), [("first", 6, 1 / 3), ("last", 6, 2 / 3), ("all", 7, 0.4)]
)
def test_which_of_two_answers_counts_can_be_said(
    file: Path, policy: str, answers: int, agreement: float
) -> None:
    found = json.loads(agree(str(file), "--duplicates", policy, "--json").stdout)

    assert found["answers"] == answers
    assert found["percent_agreement"] == pytest.approx(agreement)


def test_the_order_of_labels_can_be_said(file: Path) -> None:
    orders = [
        json.loads(agree(str(file), "--metric", "ordinal", "--order", order, "--json").stdout)
        for order in ("1,2,3", "2,1,3")
    ]

    assert orders[0]["alpha"]["value"] != orders[1]["alpha"]["value"]


def test_other_formats_and_columns_are_read(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text(
        "".join(
            json.dumps({"HITId": t, "WorkerId": w, "Answer": "007"}) + "\n"
            for t in "ab"
            for w in "xy"
        )
    )

    done = agree(
        str(path), "--task", "HITId", "--worker", "WorkerId", "--label", "Answer", "--pairs", "0"
    )

    assert "cannot be told" in done.stdout
    assert "Same label: 100.0%" in done.stdout


@pytest.mark.parametrize(
    ("rows", "options", "words"),
    [
        (ROWS, ["--task", "HITId"], "no column 'HITId'; it has task, worker, label"),
        (ROWS, ["--duplicates", "error"], "worker 'bo' answered task '2' twice"),
        ("task,worker,label\n1,ana,\n", [], "line 2 of answers.csv has nothing in column 'label'"),
        ("task,worker,label\n1,ana\n", [], "line 2 of answers.csv cannot be read: The row has 2"),
        ("task,worker,label\n1,a,x\n1,b,y\n", ["--metric", "ratio"], "'x' is no number"),
        (ROWS, ["--metric", "ordinal", "--order", "1,2"], "label '3' is not among"),
    ],
)
def test_what_cannot_be_measured_is_refused_in_words(
    file: Path, rows: str, options: list[str], words: str
) -> None:
    file.write_text(rows)

    done = agree(str(file), *options)

    assert done.returncode == 1
    assert words in done.stderr


def test_a_missing_file_is_refused() -> None:
    done = agree("nowhere.csv")

    assert (done.returncode, "there is no file nowhere.csv" in done.stderr) == (1, True)


@pytest.mark.process
def test_django_is_not_needed(file: Path) -> None:
    code = (
        "import sys; from canut.__main__ import main\n"
        f"assert main(['agree', {str(file)!r}]) == 0\n"
        "assert 'django' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_scales_are_those_of_the_core() -> None:
    assert METRICS == alpha.METRICS
    assert DUPLICATES[0] == "last"


BOXES = """\
questions:
  - id: animals
    kind: boxes
    ask: Draw a box around each animal.
    labels: [{value: cat}, {value: dog}]
show: [{column: photo, as: image}]
"""


def test_boxes_that_nearly_coincide_agree(tmp_path: Path) -> None:
    (tmp_path / "question.yaml").write_text(BOXES)
    drawn = {"ana": (10, 10, 100, 60), "bo": (12, 11, 99, 58), "cy": (300, 300, 40, 40)}
    rows = [
        {
            "task": task,
            "worker": name,
            "label": json.dumps([{"label": "cat", **dict(zip("xywh", box, strict=True))}]),
        }
        for task in "abc"
        for name, box in drawn.items()
    ]
    path = tmp_path / "answers.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    options = ("--question", str(tmp_path / "question.yaml"))

    found = json.loads(agree(str(path), *options, "--json").stdout)
    said = agree(str(path), *options).stdout

    assert found["percent_agreement"] == pytest.approx(1 / 3)
    assert found["metric"] == "boxes"
    assert {(each["one"], each["other"]): each["agreement"] for each in found["pairs"]} == {
        ("ana", "bo"): 1,
        ("ana", "cy"): 0,
        ("bo", "cy"): 0,
    }
    assert "  ana  bo  3  100%  -" in said


def test_labels_that_are_no_answers_to_the_question_are_named(file: Path, tmp_path: Path) -> None:
    (tmp_path / "question.yaml").write_text(BOXES)

    done = agree(str(file), "--question", str(tmp_path / "question.yaml"))

    assert done.returncode == 1
    assert "the label '3' is no answer to this question" in done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--seed", "-1"], "canut agree: --seed is -1; give 0 or more"),
        (["--task", "worker"], "name three different columns"),
    ],
)
def test_options_that_cannot_be_are_refused_in_a_line(
    file: Path, words: list[str], message: str
) -> None:
    done = agree(str(file), *words)

    assert done.returncode == 1
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_row_that_cannot_be_read_is_told_in_words(file: Path) -> None:
    file.write_text(ROWS + '4,ana,"1\n4,bo,1\n')

    done = agree(str(file))
    french = agree(str(file), language="fr_CA.UTF-8")

    assert "line 9 of answers.csv cannot be read: A quote opened here is never" in done.stderr
    assert "quote-unclosed" not in french.stderr


def test_text_that_is_not_utf_8_is_read_with_a_warning(file: Path) -> None:
    file.write_bytes((ROWS + "4,Ren\u00e9,1\n").encode("cp1252"))

    done = agree(str(file))

    assert done.returncode == 0
    assert "8-bit" in done.stderr or "1252" in done.stderr
