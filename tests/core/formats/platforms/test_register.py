"""What every reader of a platform's finished work must do. A new one joins with one sample."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from canut.core.errors import Missing
from canut.core.formats.platforms.platform_work import (
    Fate,
    WorkColumns,
    WorkPiece,
    moment_of,
    read_columns,
)
from canut.core.formats.platforms.register import PLATFORMS, platform_of
from canut.core.formats.tables.rows import Problem
from canut.core.formats.tables.sniffing import sniff
from tests.core.audit.files import FIXED, mturk_row, write_mturk, write_toloka

type Sample = Callable[[Path, int], Path]


def mturk_sample(path: Path, rows: int) -> Path:
    return write_mturk(
        path, (mturk_row(f"H{row // 2}", f"W{row % 2}", ["joy"]) for row in range(rows))
    )


def toloka_row(task: str, worker: str, page: str, *, status: str = "APPROVED") -> list[str]:
    return [
        f"https://example.test/{task}.jpg",
        "cat",
        "",
        "",
        "",
        f"{page}-{worker}",
        task,
        page,
        worker,
        status,
        "2021-05-04T10:00:00.000",
        "2021-05-04T10:00:50.500",
        "0.05",
    ]


def toloka_sample(path: Path, rows: int) -> Path:
    return write_toloka(
        path, (toloka_row(f"t{row // 2}", f"w{row % 2}", f"p{row // 10}") for row in range(rows))
    )


SAMPLES: dict[str, Sample] = {"mturk": mturk_sample, "toloka": toloka_sample}
every_platform = pytest.mark.parametrize("name", sorted(PLATFORMS))


def pieces_of(path: Path) -> tuple[list[WorkPiece], list[Problem]]:
    platform = platform_of(path)
    assert platform
    batches = list(platform.read(path, platform.reading_of(path)))
    return (
        [piece for batch in batches for piece in batch.pieces],
        [problem for batch in batches for problem in batch.problems],
    )


def test_every_platform_has_its_sample() -> None:
    assert set(SAMPLES) == set(PLATFORMS)


@every_platform
def test_every_row_is_a_piece_with_its_line_time_and_price(tmp_path: Path, name: str) -> None:
    path = SAMPLES[name](tmp_path / "file", 40)

    pieces, problems = pieces_of(path)

    assert not problems
    assert len(pieces) == 40
    assert pieces[0].line == 2
    assert {piece.worker[1:] for piece in pieces} == {"0", "1"}
    assert len({piece.task for piece in pieces}) == 20
    assert all(piece.seconds and piece.pay_micro == 50_000 for piece in pieces)
    assert all(piece.fate is Fate.ACCEPTED and len(piece.answers) == 1 for piece in pieces)


@pytest.mark.slow
@every_platform
def test_memory_does_not_grow_with_a_platforms_file(tmp_path: Path, name: str) -> None:
    path = SAMPLES[name](tmp_path / "file", 12_000)
    platform = PLATFORMS[name]

    tracemalloc.start()
    try:
        read = sum(len(batch.pieces) for batch in platform.read(path, platform.reading_of(path)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert read == 12_000
    assert peak < 10 * 2**20  # kept whole, its pieces would be 11 and 14 MiB


@every_platform
def test_a_row_without_a_person_is_named_by_line_and_column(tmp_path: Path, name: str) -> None:
    path = SAMPLES[name](tmp_path / "file", 6)
    text = path.read_text()
    worker = '"W1"' if name == "mturk" else "\tw1\t"
    path.write_text(text.replace(worker, worker.replace("W1", "").replace("w1", ""), 1))

    pieces, problems = pieces_of(path)

    assert len(pieces) == 5
    assert [(p.line, p.code) for p in problems] == [(3 if name == "mturk" else 4, "no-worker")]
    assert "orker" in problems[0].column


def test_a_file_of_no_platform_is_not_recognised(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("task,worker,label\n1,2,3\n")

    assert platform_of(tmp_path / "file") is None


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="check the name"):
        platform_of(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("columns", "cells", "answers"),
    [
        (["Answer.feeling.label"], ["joy"], {"feeling": "joy"}),
        (["Answer.age"], [" 0007 "], {"age": "0007"}),
        (["Answer.q.yes", "Answer.q.no"], ["true", "false"], {"q": "yes"}),
        (["Answer.q.a", "Answer.q.b", "Answer.q.c"], ["true", "", "TRUE"], {"q": '["a","c"]'}),
        (["Answer.q.a", "Answer.q.b"], ["false", "false"], {"q": "[]"}),
        (["Answer.q.a", "Answer.q.b"], ["", ""], {}),
        (["Answer.q.a", "Answer.q.b"], ["red", "true"], {"q.a": "red", "q.b": "true"}),
        (["Answer.taskAnswers"], ['[{"feeling":{"label":"joy"}}]'], {"feeling": "joy"}),
        (["Answer.taskAnswers"], ['[{"q":{"on":true,"off":false}}]'], {"q": "on"}),
        (["Answer.taskAnswers"], ['{"q":{"labels":["b","a"]}}'], {"q": '["a","b"]'}),
        (["Answer.taskAnswers"], ['[{"n":3,"t":" x ","none":null}]'], {"n": "3", "t": "x"}),
    ],
)
def test_answers_of_a_batch_are_found_however_they_are_written(
    tmp_path: Path, columns: list[str], cells: list[str], answers: dict[str, str]
) -> None:
    path = write_mturk(tmp_path / "file", [mturk_row("H", "W", cells)], columns)

    pieces, problems = pieces_of(path)

    assert not problems
    assert pieces[0].answers == answers


def test_rows_with_and_without_review_columns_stand_in_one_file(tmp_path: Path) -> None:
    short = mturk_row("H", "W", ["joy"])

    path = write_mturk(tmp_path / "file", [short, [*short, "x"], [*short, "", "why"]])

    assert len(pieces_of(path)[0]) == 3


def test_cells_that_cannot_be_read_are_named_and_their_rows_kept(tmp_path: Path) -> None:
    row = mturk_row("H", "W", ["{"], seconds="soon", reward="much", status="Perhaps")
    row[FIXED.index("AcceptTime")] = "8 juillet"

    path = write_mturk(tmp_path / "file", [row], ["Answer.taskAnswers"])
    pieces, problems = pieces_of(path)

    assert {(p.line, p.column, p.code) for p in problems} == {
        (2, "AcceptTime", "bad-date"),
        (2, "WorkTimeInSeconds", "bad-seconds"),
        (2, "Answer.taskAnswers", "bad-json"),
        (2, "AssignmentStatus", "status-unknown"),
        (2, "Reward", "bad-pay"),
    }
    assert pieces[0] == WorkPiece(
        2,
        "A-H-W-0",
        "H",
        "W",
        {},
        Fate.WAITING,
        ended_ms=pieces[0].ended_ms,
    )


def test_working_time_is_read_off_the_clock_where_the_file_does_not_say(tmp_path: Path) -> None:
    path = write_mturk(tmp_path / "file", [mturk_row("H", "W", ["joy"], seconds="", length=41)])

    assert pieces_of(path)[0][0].seconds == 41


def test_skipped_work_of_a_pool_is_returned_and_known_answers_are_kept(tmp_path: Path) -> None:
    known = toloka_row("t1", "w1", "p1")
    known[2] = "dog"
    path = write_toloka(tmp_path / "file", [known, toloka_row("t2", "w1", "p1", status="SKIPPED")])

    pieces, _ = pieces_of(path)

    assert [piece.fate for piece in pieces] == [Fate.ACCEPTED, Fate.RETURNED]
    assert pieces[0].known == {"result": "dog"}
    assert pieces[0].assignment == pieces[1].assignment


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Wed Jul 08 12:00:00 PDT 2015", "2015-07-08T12:00:00-07:00"),
        ("Tue Dec 1 00:00:00 EST 2015", "2015-12-01T00:00:00-05:00"),
        ("Thu Oct 09 07:30:20 UTC 2025", "2025-10-09T07:30:20+00:00"),
        ("Thu Oct 09 07:30:20 -0730 2025", "2025-10-09T07:30:20-07:30"),
        ("2021-05-04T10:00:00.5", "2021-05-04T10:00:00.500000+00:00"),
        ("2021-05-04 10:00:00+02:00", "2021-05-04T10:00:00+02:00"),
        ("Wed Jul 08 12:00:00 XXT 2015", None),
        ("Wed Jul 32 12:00:00 PDT 2015", None),
        ("Wed Foo 08 12:00:00 PDT 2015", None),
        ("yesterday", None),
    ],
)
def test_moments_are_read_with_their_zone(text: str, meant: str | None) -> None:
    moment = moment_of(text)

    assert (moment and moment.isoformat()) == meant


def test_any_rows_are_read_by_the_columns_one_names(tmp_path: Path) -> None:
    (tmp_path / "file").write_text(
        "tâche;qui;avis;durée;prix;état\n007;ana;oui;1:20;0,04 $;accepted\n008;bo;non;41;;no\n"
    )
    columns = WorkColumns("tâche", "qui", ("avis",), seconds="durée", pay="prix", status="état")

    [batch] = read_columns(tmp_path / "file", sniff(tmp_path / "file"), columns)

    assert not batch.problems
    assert [(p.task, p.seconds, p.pay_micro, p.fate) for p in batch.pieces] == [
        ("007", 80.0, 40_000, Fate.ACCEPTED),
        ("008", 41.0, None, Fate.REJECTED),
    ]


def test_a_column_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("task,worker,label\n1,2,3\n")

    with pytest.raises(Missing, match="'wage'; it has: task, worker, label"):
        list(
            read_columns(
                tmp_path / "file",
                sniff(tmp_path / "file"),
                WorkColumns("task", "worker", ("label",), pay="wage"),
            )
        )
