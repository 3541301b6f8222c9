"""What ``canut --server`` refuses before any server is asked, and how a project file is read."""

from pathlib import Path

import pytest

from canut.commands.remote.project import read_project_file
from canut.core.errors import BadInput
from canut.core.kinds import questions_of
from tests.commands.running import canut

ROOT = Path(__file__).resolve().parents[2]
NOBODY = "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--server", NOBODY, "backup", "x.tar"], "needs the machine itself"),
        ([f"--server={NOBODY}", "verify", "x"], "leave out --server"),
        (["project", "list"], "canut --server URL project"),
        (["--server", NOBODY, "project", "list"], "--key-file FILE, --key KEY, or CANUT_API_KEY"),
        (["--server", NOBODY, "--key", "s3cret word", "project", "list"], "that is no API key"),
        (["--server", NOBODY, "--key-file", "nowhere", "project", "list"], "there is no file"),
        (["--server", "ftp://x", "--key", "canut_a", "project", "list"], "address of a server"),
        (["--server", NOBODY, "--key", "canut_a", "export", "p"], "-o FILE, or --bundle DIR"),
        (["--server", NOBODY, "--key", "canut_a", "project", "pause", "p"], "--reason TEXT"),
        (["--server", NOBODY, "--key", "canut_a", "project", "show"], "wants a project"),
        (["--server", NOBODY, "--key", "canut_a", "import", "p", "no.csv"], "there is no file"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_refused_in_one_sentence_without_the_key(words: list[str], said: str) -> None:
    done = canut(*words)

    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert "s3cret" not in done.stderr


def test_example_of_a_project_file_is_whole() -> None:
    settings = read_project_file(ROOT / "examples/project.yaml")

    assert [each["id"] for each in questions_of(settings["question"])] == [
        "about",
        "urgent",
        "topic",
    ]
    assert settings["price"] == {"currency": "CAD"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: A\nprise: {}", "prise is unknown; known: title, own_staff"),
        ("title: 7", "title is 7; expected str"),
        ("risk: 0", "title is missing"),
        ("title: A\nrisk: true", "risk is True; expected int"),
        ("title: A\naims: {business: x}", "aims: social, ethical, whose, consent, paid is missing"),
        ("title: A\nquestion: none.yaml", "there is no file none.yaml beside it"),
        ("title: A\nprice: {currency: CAD, piece: 0.0000001}", "at most six decimals"),
        ("title: A\nprice: {currency: CAD, piece: much}", "expected an amount such as 0.21"),
        ("- A", "expected names and values"),
        ("{", "is no YAML and no JSON"),
    ],
)
def test_project_file_is_refused_with_what_and_where(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(text)

    with pytest.raises(BadInput, match=r"p\.yaml") as refused:
        read_project_file(file)

    assert said in str(refused.value)


def test_amounts_become_whole_millionths(tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text("title: A\nprice: {currency: CAD, piece: 0.21, hour: 24.5, task_seconds: 30}")

    assert read_project_file(file)["price"] == {
        "currency": "CAD",
        "piece_micro": 210_000,
        "hourly_micro": 24_500_000,
        "task_ms": 30_000,
    }
