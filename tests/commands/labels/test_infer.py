"""``canut infer``, as a process of its own: no Django, no instance, files in and out."""

import importlib.util
import json
import os
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from canut.__main__ import main
from canut.commands.labels import infer

ROWS = "task,worker,label\n01,x,7\n01,y,7\n01,z,1\n02,x,1\n02,y,1\n02,z,1\n"


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    path = tmp_path / "answers.csv"
    path.write_text(ROWS)
    return path


def test_labels_go_to_the_file_and_the_summary_to_standard_output(
    answers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = answers.with_name("labels.csv")

    assert main(["infer", str(answers), "-o", str(out), "--json", "--model", "majority"]) == 0

    assert out.read_text().splitlines()[1].startswith("01,7,0.66")
    told = capsys.readouterr()
    summary = json.loads(told.out)
    assert summary["model"] == "majority"
    assert summary["seconds"].keys() == {"compile", "read", "fit", "write"}
    assert {"why", "iterations", "converged", "duplicates"} <= summary.keys()
    assert "2 tasks, 3 workers, 6 answers" in told.err


@pytest.mark.process
def test_it_needs_neither_django_nor_an_instance(answers: Path) -> None:
    program = (
        "import sys; from canut.__main__ import main; code = main(sys.argv[1:]); "
        "sys.exit(code or 'django' in sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, "infer", str(answers), "--model", "majority"],
        capture_output=True,
        text=True,
        check=False,
        cwd=answers.parent,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == '"task","label","confidence"'
    assert sorted(path.name for path in answers.parent.iterdir()) == ["answers.csv"]


@pytest.mark.process
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["infer", "none.csv"], "canut infer: there is no file none.csv; check the path\n"),
        (["infer", "answers.csv", "--label", "truth"], "canut infer: answers.csv has no column"),
        (["agree", "answers.csv", "--label", "truth"], "canut agree: answers.csv has no column"),
        (
            ["doctor"],
            "canut doctor: this needs django, which is not installed: pip install",
        ),
    ],
)
def test_without_the_server_errors_are_told_in_a_line(
    answers: Path, words: list[str], message: str
) -> None:
    program = (
        "import importlib.util, sys\n"
        "find = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name: None if name == 'django' else find(name)\n"
        "sys.modules['django'] = None\n"
        "from canut.__main__ import main\n"
        "sys.exit(main(sys.argv[1:]))"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=answers.parent,
    )

    assert done.returncode == 1
    assert done.stderr.startswith(message)
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.process
def test_it_imports_no_large_package_that_it_does_not_need(answers: Path) -> None:
    program = (
        "import sys; from canut.__main__ import UNNEEDED, main; code = main(); loaded = "
        "sorted({name.split('.')[0] for name in sys.modules} & {*UNNEEDED, 'django', 'numba'}); "
        "sys.exit(code or ' '.join(loaded) or 0)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, "infer", str(answers), "-o", "labels.csv"],
        capture_output=True,
        text=True,
        check=False,
        cwd=answers.parent,
        env={name: text for name, text in os.environ.items() if not name.startswith("COV")},
    )

    assert done.returncode == 0, done.stderr
    assert answers.with_name("labels.csv").read_text().splitlines()[1].startswith("01,7,")


@pytest.mark.parametrize(
    ("n_answers", "n_workers", "order", "expected"),
    [
        (20_000, 200, "", True),
        (20_001, 200, "", False),
        (20_000, 16_384, "a,b", True),
        (20_000, 16_385, "a,b", False),
        (20_000, 200, ",".join("abcdefghijklmnopqrs"), False),
    ],
)
def test_few_answers_with_small_tables_are_inferred_without_machine_code(
    n_answers: int, n_workers: int, order: str, *, expected: bool
) -> None:
    worker = [number % n_workers for number in range(n_answers)]
    answers = pa.table({"w": worker, "l": ["a", "b"] * (n_answers // 2) + ["a"] * (n_answers % 2)})

    args = Namespace(worker="w", label="l", order=order)

    assert infer.is_small(answers, args) is expected


def test_a_program_that_calls_the_command_may_import_what_it_likes(answers: Path) -> None:
    main(["infer", str(answers), "-o", str(answers.with_name("labels.csv"))])

    assert importlib.util.find_spec("scipy") is not None


@pytest.mark.parametrize("suffix", ["tsv", "jsonl", "parquet", "arrow"])
def test_every_format_goes_in_and_out(answers: Path, suffix: str) -> None:
    once, twice = answers.with_name(f"once.{suffix}"), answers.with_name("twice.csv")
    renamed = ["--worker", "label", "--label", "confidence"]
    main(["infer", str(answers), "-o", str(once), "--model", "majority"])

    assert main(["infer", str(once), *renamed, "-o", str(twice), "--model", "majority"]) == 0

    assert [line.split(",")[0] for line in twice.read_text().splitlines()[1:]] == ["01", "02"]


def test_chances_and_skills_are_written_where_asked(answers: Path) -> None:
    chances, skills = answers.with_name("chances.parquet"), answers.with_name("skills.csv")

    main(
        [
            *("infer", str(answers), "--posterior", str(chances), "--workers", str(skills)),
            *("-o", str(answers.with_name("labels.csv"))),
        ]
    )

    assert parquet.read_table(chances).column_names == ["task", "1", "7"]
    assert skills.read_text().splitlines()[0] == '"worker","accuracy","low","high","answers"'


def test_chances_may_stand_beside_the_labels(
    answers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["infer", str(answers), "--posterior"])

    assert "p_1" in capsys.readouterr().out.splitlines()[0]


def test_repeated_answers_are_counted_on_standard_error(
    answers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers.write_text(ROWS + "01,x,1\n")

    main(["infer", str(answers), "--json", "--model", "majority"])

    told = capsys.readouterr()
    assert "1 answers were set aside" in told.err
    assert json.loads(told.out)["duplicates"] == 1


def test_gold_calibrates(answers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold = answers.with_name("gold.csv")
    gold.write_text("task,label\n01,7\n99,1\n")

    assert main(["infer", str(answers), "--gold", str(gold), "--json"]) == 0

    assert "1 rows of gold name tasks that nobody answered" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "task,who,label\n1,2,3\n", "no column 'worker'; it has: task, who, label"),
        ("a.csv", "task,worker,label\n1,2,3\n1,2\n", "line 3: 2 cells where the header has 3"),
        ("a.csv", "task,worker,label\n1,,3\n", "row 1, column 'worker': the cell is empty"),
        ("a.csv", "", "no column 'task'; it has: none"),
        ("a.csv", "task,worker,label\n", "no answers"),
        ("a.jsonl", '{"task":1,"worker":1,"label":1}\n{"task":"x"}\n', "from number to string"),
        ("a.jsonl", '{"task":1}\n', "no column 'worker'"),
        ("a.parquet", "not parquet", "cannot be read"),
        ("a.xls", "", "expected one of .csv"),
    ],
)
def test_bad_files_are_refused_in_words(
    tmp_path: Path, name: str, content: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_text(content)

    assert main(["infer", str(path)]) == 1

    assert said in capsys.readouterr().err


def test_a_day_written_as_text_stays_a_text(tmp_path: Path) -> None:
    path, out = tmp_path / "a.jsonl", tmp_path / "out.jsonl"
    path.write_text('{"task":"2026-01-01","worker":"w","label":"yes"}\n')

    main(["infer", str(path), "-o", str(out)])

    assert json.loads(out.read_text())["task"] == "2026-01-01"


def test_a_missing_file_and_a_bad_output_are_refused(
    tmp_path: Path, answers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["infer", str(tmp_path / "none.csv")]) == 1
    assert main(["infer", str(answers), "-o", str(tmp_path / "x.doc")]) == 1
    assert main(["infer", str(answers), "-o", str(tmp_path / "no" / "x.csv")]) == 1

    told = capsys.readouterr().err
    assert "there is no file" in told
    assert "x.doc ends in .doc" in told
    assert "cannot be written" in told


def test_names_with_commas_come_back_in_quotes(tmp_path: Path) -> None:
    path, out = tmp_path / "a.parquet", tmp_path / "out.csv"
    parquet.write_table(pa.table({"task": ["a,b"], "worker": ["w"], "label": ["x"]}), path)

    main(["infer", str(path), "-o", str(out), "--model", "majority"])

    assert out.read_text().splitlines()[1].startswith('"a,b","x",')


@pytest.mark.process
@pytest.mark.skipif(sys.platform == "win32", reason="folders there cannot be made read-only so")
def test_it_works_where_nothing_can_be_kept(answers: Path) -> None:
    environment = {"PATH": "/usr/bin", "HOME": "/nonexistent", "NUMBA_CACHE_DIR": "/nonexistent"}

    done = subprocess.run(
        [sys.executable, "-m", "canut", "infer", str(answers), "--model", "one-coin"],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "outputs",
    [
        ["-o", "answers.csv"],
        ["-o", "gold.csv", "--gold", "gold.csv"],
        ["-o", "a.csv", "--workers", "a.csv"],
        ["-o", "a.csv", "--posterior", "./a.csv"],
    ],
)
def test_no_file_of_the_call_is_overwritten(
    answers: Path,
    outputs: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(answers.parent)
    answers.with_name("gold.csv").write_text("task,label\n01,7\n")

    assert main(["infer", "answers.csv", *outputs]) == 1

    assert "is named twice, and would be overwritten" in capsys.readouterr().err
    assert answers.read_text() == ROWS
    assert answers.with_name("gold.csv").read_text() == "task,label\n01,7\n"


def test_a_label_called_task_has_its_chances_beside_the_others(
    answers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers.write_text("task,worker,label\n1,x,task\n1,y,label\n")

    assert main(["infer", str(answers), "--posterior"]) == 0

    header = capsys.readouterr().out.splitlines()[0]
    assert header == '"task","label","confidence","p_label","p_task"'


def test_an_order_may_have_blanks_after_its_commas(answers: Path) -> None:
    assert main(["infer", str(answers), "--order", "7, 1", "--model", "majority"]) == 0


def test_cells_with_objects_are_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"task": "1", "worker": "w", "label": {"x": 1}}\n')

    assert main(["infer", str(path)]) == 1

    assert "give one text, number or truth value a row" in capsys.readouterr().err


def test_memory_that_ends_is_told_in_a_line(
    answers: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError("Unable to allocate 13.4 GiB")

    monkeypatch.setattr(infer, "_write", fail)

    assert main(["infer", str(answers)]) == 1

    assert "out of memory (Unable to allocate 13.4 GiB)" in capsys.readouterr().err
