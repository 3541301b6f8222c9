"""``canut model absence`` writes the proof that ``canut-verify absence`` checks."""

from pathlib import Path

import pytest
from canut_verify.__main__ import main as verify

from canut.__main__ import main
from canut.commands.labels import model
from tests.support.withdrawals import FIRST_PICTURE, make_gallery, picture

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("loggable"),
    pytest.mark.slow,
]


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stay in this process, on the database of tests, which is of this version."""
    monkeypatch.setattr(model, "set_up", lambda _args: None)
    monkeypatch.setattr("canut.store.platform.instance.check_database", lambda: None)


def test_proof_is_written_once_a_newer_model_exists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gallery = make_gallery()
    gallery.answer_all()
    gallery.train()
    request, _ = gallery.ask()
    gallery.grant(request)
    monkeypatch.setattr("canut.actions.platform.system_clock.now_ms", lambda: gallery.now_ms)
    file, own = tmp_path / "proof.json", tmp_path / "me.png"
    own.write_bytes(picture(FIRST_PICTURE))
    words = ["model", "absence", gallery.project.slug, str(request.pk), "-o", str(file)]

    assert main([*words]) == 1
    assert "no version was trained since" in capsys.readouterr().err
    assert main(["model", "absence", "elsewhere", str(request.pk), "-o", str(file)]) == 1
    assert "has no withdrawal request" in capsys.readouterr().err

    gallery.train()
    assert main([*words]) == 0
    whole = file.read_bytes()
    assert verify(["absence", str(file), "--file", str(own), "--lang", "en"]) == 0
    assert "All 59 leaves of the newer version are in order" in capsys.readouterr().out

    assert main([*words, "--short"]) == 0
    assert len(file.read_bytes()) < len(whole)
    assert verify(["absence", str(file), "--file", str(own), "--lang", "en"]) == 0
    assert "Not checked: that all leaves" in capsys.readouterr().out
