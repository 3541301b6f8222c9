"""``canut export --bundle``, ``canut policy`` and ``canut verify``, as somebody would use them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from canut.__main__ import main
from canut.actions.ledger import log_keys
from canut.commands import export, policy
from tests.core.ledger.bundles import answers_log, make_bundle
from tests.core.proofs.vectors import LOG, POLICY
from tests.support.factories import answer_next, make_project


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    (tmp_path / "policy.txt").write_bytes(POLICY)
    return make_bundle().write(tmp_path / "bundle")


def policy_of(bundle: Path) -> list[str]:
    return ["--policy", str(bundle.parent / "policy.txt")]


def test_honest_bundle_ends_with_0_and_a_grade_on_each_line(
    bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(bundle), *policy_of(bundle), "--lang", "en"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "PROVEN      The card is entry 1 of 2 in the log log.example/one"
    assert lines[1] == "PROVEN      w1 saw this log at 2023-11-14 22:13 UTC"
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize(("spoken", "begins"), [("fr_CA.UTF-8", "PROUVÉ"), ("C", "PROVEN")])
def test_verdict_is_in_the_language_of_the_terminal(
    bundle: Path,
    spoken: str,
    begins: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LC_ALL", spoken)

    assert main(["verify", str(bundle), *policy_of(bundle)]) == 0
    assert capsys.readouterr().out.startswith(f"{begins:<11} ")


def test_later_release_is_held_beside_an_earlier_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = make_bundle()
    (tmp_path / "policy.txt").write_bytes(POLICY)
    before = old.write(tmp_path / "old")
    after = make_bundle(entries=answers_log(9), after=old).write(tmp_path / "new")
    forked = make_bundle(entries=answers_log(9)[1:], after=old).write(tmp_path / "forked")
    given = ["--policy", str(tmp_path / "policy.txt"), "--lang", "en", "--since"]

    codes = [
        main(["verify", *one])
        for one in (
            [str(after), *given, str(before)],
            [str(forked), *given, str(before)],
            [str(after), *given, str(tmp_path)],
        )
    ]

    said = capsys.readouterr().out
    assert codes == [0, 1, 2]
    assert "grew from 5 to 9 entries" in " ".join(said.split())
    assert "REFUSED     the log was forked" in said
    assert "UNREADABLE  the earlier release" in said


def test_refused_bundle_ends_with_1_and_says_why(
    bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (bundle / "more.txt").write_text("more")

    assert main(["verify", str(bundle), *policy_of(bundle)]) == 1
    assert "'more.txt' is not in the manifest\n" in capsys.readouterr().out

    assert main(["verify", str(bundle), *policy_of(bundle), "--lang", "fr"]) == 1
    assert capsys.readouterr().out == "REFUSÉ      'more.txt' n’est pas dans le manifeste\n"


@pytest.mark.parametrize("gone", ["bundle/manifest.json", "policy.txt", "bundle/rows.json"])
def test_what_cannot_be_read_ends_with_2(bundle: Path, gone: str) -> None:
    (bundle.parent / gone).unlink()

    assert main(["verify", str(bundle), *policy_of(bundle)]) == 2


def test_a_link_that_leads_out_of_the_bundle_is_not_followed(bundle: Path) -> None:
    (bundle / "README.md").unlink()
    (bundle / "README.md").symlink_to(bundle.parent / "policy.txt")

    assert main(["verify", str(bundle), *policy_of(bundle)]) == 2


def test_without_a_policy_keys_are_named_and_it_ends_with_3(
    bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(bundle), "--lang", "en"]) == 3

    said = capsys.readouterr().out
    assert f"log.example/one+{LOG.key.id.hex()}" in said
    assert "PROVEN " not in said.replace("NOT PROVEN", "")


def test_verdict_as_json_says_the_same(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(bundle), *policy_of(bundle), "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert (told["exit"], told["dataset"], told["witnessed"]) == (0, "digits", True)
    assert {"grade": "PROVEN", "text": "answers: 4 answers"} in told["lines"]


@pytest.mark.process
def test_it_needs_neither_django_nor_an_instance(bundle: Path) -> None:
    script = (
        "import sys; sys.modules['django'] = None; from canut.__main__ import main; "
        f"sys.exit(main({['verify', str(bundle), *policy_of(bundle)]!r}))"
    )

    done = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True)

    assert done.returncode == 0, done.stderr


# of an instance


@pytest.fixture
def _here(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Stay in this process, on the database of tests, with a key of this test's own."""
    settings.DATA, settings.LOG_KEY = tmp_path, ""
    log_keys.forget_keys()
    monkeypatch.setattr(export, "set_up", lambda _args: None)
    monkeypatch.setattr(policy, "set_up", lambda _args: None)
    yield
    log_keys.forget_keys()


@pytest.mark.django_db
@pytest.mark.usefixtures("_here")
def test_what_an_instance_exports_meets_the_policy_it_prints(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = make_project()
    answer_next(made.worker)
    bundle = tmp_path / "out"
    words = ["--bundle", str(bundle), "--licence", "CC-BY-4.0", "--no-estimate"]

    assert main(["export", made.project.slug, *words]) == 0
    assert "labour card 1" in capsys.readouterr().err
    assert main(["policy"]) == 0
    (tmp_path / "policy.txt").write_text(capsys.readouterr().out)
    assert main(["verify", str(bundle), *policy_of(bundle), "--lang", "en"]) == 0
    assert "Not witnessed" in capsys.readouterr().out
    assert 'license: "CC-BY-4.0"' in (bundle / "README.md").read_text()


@pytest.mark.django_db
@pytest.mark.usefixtures("_here")
def test_bundle_is_never_written_over_something(tmp_path: Path) -> None:
    made = make_project()
    answer_next(made.worker)
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine.txt").write_text("mine")

    code = main(["export", made.project.slug, "--bundle", str(tmp_path / "out")])

    assert code == 1
    assert (tmp_path / "out/mine.txt").read_text() == "mine"
