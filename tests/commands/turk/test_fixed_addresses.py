"""Programs that have Mechanical Turk's addresses fixed, run unchanged by ``canut turk``."""

import os
import sys
from pathlib import Path

import pytest

from canut.commands.remote.turk import TRUST, environment_of, trusted_elsewhere
from tests.commands.running import canut
from tests.commands.serving import prepare, served
from tests.commands.turk.test_scripts import HERE, ORGANISATIONS, make_key

pytestmark = pytest.mark.slow
PROFILES: dict[str, dict[str, object]] = {
    "Staff": {"is_own_staff": True},
    "Paid": {"client": "Paid", "client_country": "CA"},
}


def test_program_with_fixed_addresses_reaches_the_server_and_nothing_else_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    assert canut("migrate", data=data).returncode == 0
    prepare(data, ORGANISATIONS)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    told, codes = {}, {}
    with served(data) as (port, _process):
        for name, profile in PROFILES.items():
            public, secret = make_key(data, name, **profile)
            monkeypatch.setenv("AWS_ACCESS_KEY_ID", public)
            monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
            server = ("--server", f"http://127.0.0.1:{port}")
            program = ("--", sys.executable, str(HERE / "fixed.txt"), str(port))
            codes[name] = canut(*server, "turk", *program).returncode
            told[name] = capfd.readouterr()

    assert codes == {"Staff": 7, "Paid": 7}, told
    others = ["HTTP/1.1 200 OK", "HTTP/1.1 405 Method Not Allowed"]
    assert told["Staff"].out.splitlines() == ["0.00 0", "0.00 0", *others]
    assert told["Paid"].out.splitlines() == ["Canut.NotASandbox", "0.00 0", *others]
    assert told["Paid"].err == ""


@pytest.mark.parametrize(
    ("words", "environment", "refusal"),
    [
        (["turk", "--", "true"], {}, "name the server"),
        (["--server", "https://canut.example", "turk", "--"], {}, "name the program"),
        (["--server", "canut.example", "turk", "--", "true"], {}, "no address of a server"),
        (["--server", "https://canut.example", "turk", "--", "true"], {}, "AWS_ACCESS_KEY_ID"),
        (
            ["--server", "https://canut.example", "turk", "--", "no-such-program"],
            {"AWS_ACCESS_KEY_ID": "CNT", "AWS_SECRET_ACCESS_KEY": "x"},
            "no-such-program cannot be run",
        ),
    ],
)
def test_what_is_missing_is_named(
    words: list[str],
    environment: dict[str, str],
    refusal: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL_MTURK"):
        monkeypatch.delenv(name, raising=False)
    for name, text in environment.items():
        monkeypatch.setenv(name, text)

    done = canut(*words)

    assert done.returncode == 1
    assert refusal in done.stderr


def test_program_trusts_whom_it_trusted_before_and_keeps_its_region(tmp_path: Path) -> None:
    mine = tmp_path / "mine.pem"
    mine.write_text("my authority")

    environment = environment_of({"AWS_DEFAULT_REGION": "eu-west-1"}, 9, tmp_path / "ca.pem")

    assert trusted_elsewhere({"SSL_CERT_FILE": str(mine)}) == "my authority"
    assert environment["AWS_DEFAULT_REGION"] == "eu-west-1"
    assert {environment[name] for name in TRUST} == {str(tmp_path / "ca.pem")}
    assert environment["HTTPS_PROXY"] == "http://127.0.0.1:9"
    assert os.environ.get("HTTPS_PROXY") != "http://127.0.0.1:9"
