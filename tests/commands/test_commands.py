"""Commands as a person runs them, on a folder of their own."""

import argparse
import socket
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError

from canut.__main__ import main
from canut.commands import COMMANDS
from tests.commands.running import canut, canut_program, database, free_port


@pytest.mark.process
def test_help_names_every_command_and_imports_none() -> None:
    code = (
        "import sys; from canut.__main__ import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "assert 'django' not in sys.modules and 'numpy' not in sys.modules"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert all(command.name in done.stdout for command in COMMANDS)


@pytest.mark.parametrize("command", [c.name for c in COMMANDS])
def test_every_command_explains_itself(command: str) -> None:
    done = canut(command, "--help")

    assert done.returncode == 0
    assert f"usage: canut {command}" in done.stdout


def test_data_folder_and_its_key_are_private(migrated: Path) -> None:
    assert stat.S_IMODE(migrated.stat().st_mode) == 0o700
    assert stat.S_IMODE((migrated / "secret.key").stat().st_mode) == 0o600


def test_server_refuses_a_database_that_is_not_there(tmp_path: Path) -> None:
    done = canut("serve", data=tmp_path)

    assert done.returncode == 1
    assert "canut migrate" in done.stderr


def test_server_refuses_a_database_newer_than_itself(instance: Path) -> None:
    with closing(database(instance)) as db, db:
        db.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('store', '9999_from_the_future', '2030-01-01')"
        )

    done = canut("serve", data=instance)
    again = canut("migrate", data=instance)

    assert (done.returncode, again.returncode) == (1, 1)
    assert "newer" in done.stderr
    assert "9999_from_the_future" in done.stderr


@pytest.mark.process
def test_server_refuses_a_database_older_than_itself_and_migrate_mends_it(instance: Path) -> None:
    with closing(database(instance)) as db, db:
        db.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
        db.execute("DROP TABLE django_session")

    refused = canut("serve", data=instance)
    mended = canut("migrate", data=instance)
    worked = canut_program("work", "--once", data=instance)

    assert refused.returncode == 1
    assert "older" in refused.stderr
    assert (mended.returncode, worked.returncode) == (0, 0), worked.stderr


@pytest.mark.slow
def test_first_migration_cut_short_is_finished_by_the_same_command(tmp_path: Path) -> None:
    with closing(database(tmp_path)) as db, db:
        db.execute("CREATE TABLE django_migrations (id INTEGER PRIMARY KEY, app, name, applied)")

    done = canut("operator", "add", "ines", data=tmp_path)

    assert done.returncode == 0, done.stderr


def test_taken_port_is_refused_in_words(instance: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        done = canut("serve", "--port", str(port), data=instance)

    assert done.returncode == 1
    assert "--port" in done.stderr


def test_first_operator_gets_a_one_time_address(instance: Path) -> None:
    done = canut("operator", "add", "ines", "--organisation", "Labo", data=instance)

    assert done.returncode == 0, done.stderr
    added, serve, opened, choose = done.stdout.splitlines()
    assert added == "Operator ines of Labo was added."
    assert serve.endswith(f"canut serve --with-jobs --data {instance}")
    assert opened.startswith("2. Open once, within 24 hours: ")
    assert "/enter/" in opened
    assert choose == (
        "3. Choose a name and a password on the page that opens; they sign in from then on."
    )
    with closing(database(instance)) as db:
        kept = db.execute("SELECT token_hash FROM store_onetimelink").fetchone()[0]
    assert kept not in done.stdout


def test_operator_twice_is_refused(instance: Path) -> None:
    canut("operator", "add", "ines", data=instance)

    done = canut("operator", "add", "ines", data=instance)

    assert done.returncode == 1
    assert "taken" in done.stderr


def test_operator_lets_back_in_who_is_locked_out(instance: Path) -> None:
    canut("operator", "add", "ines", data=instance)

    done = canut("operator", "link", "ines", data=instance)

    assert done.returncode == 0, done.stderr
    ended, _serve, opened, choose = done.stdout.splitlines()
    assert ended == "ines had no password yet."
    assert "/enter/" in opened
    assert choose.startswith("3. Choose a name and a password")


def test_database_that_goes_away_in_the_middle_is_told_in_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def crashed(_args: argparse.Namespace) -> int:
        raise OperationalError("gone") from psycopg.OperationalError("the server went\nat once")

    monkeypatch.setattr("canut.commands.work.run", crashed)

    assert main(["work", "--data", str(tmp_path)]) == 1
    assert capsys.readouterr().err == (
        "canut work: the database does not answer now (the server went); send it again in a"
        " moment\n"
    )


def test_unknown_command_exits_2() -> None:
    assert canut("wave").returncode == 2


def test_port_that_cannot_be_is_refused_in_words(instance: Path) -> None:
    done = canut("serve", "--port", "99999", data=instance)

    assert done.returncode == 1
    assert "65535" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["reviews.csv", "--text", "nope", "--choices", "a,b"], "it has: id, review"),
        (["reviews.csv", "--text", "review", "--choices", "a"], "2 to 36"),
        (["absent.csv", "--choices", "a,b"], "there is no"),
        (["--choices", "a,b"], "--images FOLDER"),
    ],
    ids=["column", "choices", "file", "nothing"],
)
def test_label_refuses_in_words_and_leaves_nothing(
    instance: Path, tmp_path: Path, words: list[str], said: str
) -> None:
    (tmp_path / "reviews.csv").write_text("id,review\n1,Great\n")
    given = [str(tmp_path / word) if word.endswith(".csv") else word for word in words]

    done = canut("label", *given, "--no-browser", "--port", str(free_port()), data=instance)

    assert done.returncode == 1
    assert said in done.stderr
    with closing(database(instance)) as db:
        assert db.execute("SELECT count(*) FROM store_project").fetchone() == (0,)


def test_export_of_no_project_names_those_there_are(instance: Path) -> None:
    done = canut("export", "nope", data=instance)

    assert done.returncode == 1
    assert "none" in done.stderr


def test_record_leaves_one_instance_and_comes_to_another(instance: Path, tmp_path: Path) -> None:
    canut("operator", "add", "ines", data=instance)
    file = str(tmp_path / "dossier.zip")

    left = canut("record", "export", "ines", file, data=instance)
    came = canut("record", "import", "ines", file, data=instance)

    assert (left.returncode, came.returncode) == (0, 0), left.stderr + came.stderr
    assert "Brought 0 answers" in came.stdout


def test_record_of_nobody_and_file_that_is_none_are_refused(instance: Path, tmp_path: Path) -> None:
    canut("operator", "add", "ines", data=instance)
    (tmp_path / "x.json").write_text("{}")

    done = [
        canut("record", "export", "personne", str(tmp_path / "y.zip"), data=instance),
        canut("record", "import", "ines", str(tmp_path / "x.json"), data=instance),
        canut("record", "import", "ines", str(tmp_path / "z.json"), data=instance),
    ]

    assert all(one.returncode for one in done)
    assert "not a work record" in done[1].stderr
