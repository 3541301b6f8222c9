"""The rows of the speed table: each finds what it measures; one that fails leaves the others."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from bench import __main__ as bench
from bench import verify
from bench.steps import STEPS
from bench.table import lines, table
from canut.actions.work import submission


@pytest.mark.parametrize("step", STEPS.values())
def test_each_step_is_one_of_an_answers(step: str) -> None:
    assert callable(getattr(submission, step))


def test_each_line_of_the_table_is_of_a_row_that_can_be_measured() -> None:
    assert {line.row for line in lines()} <= {*bench.ROWS, *bench.NAMED}
    for row in (*bench.ROWS, *bench.NAMED):
        assert (Path(bench.__file__).parent / f"{row}.py").is_file()


def test_what_checks_a_bundle_stands_in_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "QUICK", 60)

    drawn = table({"SQLite": {"verify": verify.run(quick=True)}})

    assert [row[1] for row in drawn["rows"]] == ["60", "60"]


def test_row_that_fails_is_named_and_the_others_are_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def measure(name: str, _options: dict[str, Any]) -> list[dict[str, Any]]:
        if name == "limit":
            raise SystemExit("bench limit failed; what it said is above")
        return [{"load": "actions alone, 8", "tasks": 1_000, "pairs_per_s": 500.0}]

    monkeypatch.setattr(bench, "measure", measure)
    kept = tmp_path / "speed.json"
    given = ["bench", "limit", "pairs", "--quick", "--database", "SQLite", "--json", str(kept)]
    monkeypatch.setattr(sys, "argv", given)

    with pytest.raises(SystemExit, match="failed: limit on SQLite"):
        bench.main()

    (row,) = json.loads(kept.read_text())["rows"]
    assert row == ["the actions, 8 threads", "1,000", "500.0", "not run", "pairs/s"]
    assert "bench limit failed" in capsys.readouterr().out
