"""``canut question``: a file is checked, another tool's configuration becomes one; no instance."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from canut.__main__ import main
from canut.core.kinds import questions_of
from canut.core.kinds.question_file import read_question_file

CONFIG = """<View>
  <Text name="t" value="$text"/>
  <Header value="Que dit-on ?"/>
  <Choices name="s" toName="t" choice="single">
    <Choice value="positif"/><Choice value="negatif"/>
  </Choices>
  <Rating name="r" toName="t" maxRating="5"/>
</View>"""
SERIES = '<View>\n  <Text name="t" value="$text"/>\n  <TimeSeries name="x" value="$s"/>\n</View>'


def test_configuration_becomes_a_question_file_that_reads_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.xml"
    config.write_text(CONFIG)

    assert main(["question", "--from-label-studio", str(config)]) == 0

    schema = read_question_file("printed.yaml", capsys.readouterr().out.encode())
    kinds = [one["kind"] for one in questions_of(schema)]
    assert kinds == ["choice", "rating"]


def test_what_cannot_be_asked_is_refused_with_tag_and_line_on_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config.xml"
    config.write_text(SERIES)
    monkeypatch.setenv("LANG", "fr_CA.UTF-8")

    assert main(["question", "--from-label-studio", str(config)]) == 2

    told = capsys.readouterr()
    assert told.out == ""
    assert "config.xml, line 3" in told.err
    assert "<TimeSeries>" in told.err


@pytest.mark.process
def test_it_needs_neither_django_nor_an_instance(tmp_path: Path) -> None:
    (tmp_path / "config.xml").write_text(CONFIG)
    program = (
        "import sys; from canut.__main__ import main; code = main(sys.argv[1:]); "
        "sys.exit(code or 'django' in sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, "question", "--from-label-studio", "config.xml"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )

    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["config.xml"]


def test_question_file_is_checked_and_written_as_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "q.yaml"
    file.write_text("show: text as text\nquestions: [{ask: 'Nice?', choices: [yes, no]}]\n")

    assert main(["question", str(file), "--json"]) == 0

    assert json.loads(capsys.readouterr().out)["questions"][0]["kind"] == "choice"


def test_question_file_with_a_fault_is_refused_by_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "q.yaml"
    file.write_text("show: text as text\nquestions:\n- ask: Nice?\n  kind: dance\n")

    assert main(["question", str(file)]) == 2
    assert "q.yaml, line 4" in capsys.readouterr().err


def test_nothing_given_or_both_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["question"]) == 1
    assert "--from-label-studio" in capsys.readouterr().err
