"""``canut doctor`` looks at a real instance and says what to mend, for people and programs."""

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.commands.running import canut, database


def found(data: Path) -> dict[str, str]:
    said = json.loads(canut("doctor", "--json", data=data).stdout)
    return {one["code"]: one["level"] for one in said["findings"]}


def test_new_instance_lacks_only_its_jobs(instance: Path) -> None:
    done = canut("doctor", data=instance)

    assert done.returncode == 3, done.stderr
    assert "canut serve --with-jobs" in done.stdout
    assert set(found(instance)) == {
        "jobs-none",
        "url-local",
        "mail-none",
        "parameters-ending",
        "copy-unplanned",
    }


def test_folder_without_a_database_is_told_to_migrate_and_stays_empty(tmp_path: Path) -> None:
    done = canut("doctor", data=tmp_path / "new")

    assert done.returncode == 1
    assert "canut migrate" in done.stdout
    assert not (tmp_path / "new").exists()


def test_what_is_wrong_inside_is_found(instance: Path) -> None:
    (instance / "secret.key").chmod(0o644)
    with closing(database(instance)) as held, held:
        held.execute("UPDATE store_fact SET value = 'another' WHERE name = 'key-check'")

    seen = found(instance)

    assert seen["key-open"] == seen["key-another"] == "broken"


def test_files_that_others_can_read_are_told_with_the_command_that_closes_them(
    instance: Path,
) -> None:
    (instance / "canut.sqlite3").chmod(0o644)
    (instance / "secret.key").chmod(0o600)
    instance.chmod(0o700)
    closed = found(instance)
    instance.chmod(0o755)
    opened = canut("doctor", data=instance)

    command = f"chmod -R go= {instance}"
    assert "folder-open" not in closed
    assert command in " ".join(opened.stdout.split())
    subprocess.run(command.split(), check=True)
    instance.chmod(0o755)
    assert "folder-open" not in found(instance)


def test_copy_that_was_made_is_known(instance: Path, tmp_path: Path) -> None:
    canut("backup", str(tmp_path / "copy.tar"), data=instance)

    said = json.loads(canut("doctor", "--json", data=instance).stdout)

    assert said["seen"]["backup_days"] == 0


def test_keys_of_copies_that_others_read_or_that_lie_with_them_are_found(
    instance: Path, tmp_path: Path
) -> None:
    canut("backup", str(tmp_path / "a.tar"), data=instance)
    apart = set(found(instance))
    keys = tmp_path / "b.keys"
    canut("backup", str(tmp_path / "b.tar"), "--keys", str(keys), data=instance)
    keys.chmod(0o640)

    together = found(instance)

    assert not {"keys-open", "keys-beside"} & apart
    assert (together["keys-open"], together["keys-beside"]) == ("broken", "look")


def test_https_without_a_trusted_proxy_is_told_what_to_set(
    instance: Path, settings: Settings
) -> None:
    settings.URL = "https://canut.example.org"
    words = canut("doctor", data=instance).stdout
    settings.TRUSTED_PROXIES = 1

    assert "CANUT_TRUSTED_PROXIES=1" in words
    assert "proxy-untrusted" not in found(instance)


@pytest.mark.process
@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"DATABASE_URL": "mysql://here/canut"}, "starts with 'mysql'"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/canut"}, "ne répond pas"),
        ({"CANUT_UPLOAD_LIMIT_MIB": "many"}, "CANUT_UPLOAD_LIMIT_MIB"),
        ({"CANUT_URL": "canut.example"}, "CANUT_URL"),
        ({"CANUT_TRUSTED_PROXIES": "nginx"}, "CANUT_TRUSTED_PROXIES"),
    ],
    ids=["kind", "silent", "number", "address", "proxies"],
)
def test_bad_setting_is_a_finding_in_the_language_of_the_terminal(
    setting: dict[str, str], said: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "canut", "doctor", "--data", str(tmp_path)],
        env=os.environ | setting | {"LANG": "fr_CA.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1, done.stderr
    assert said in done.stdout
    assert "Ne marche pas" in done.stdout


def test_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "canut.sqlite3").write_bytes(b"no database at all" * 100)

    assert found(tmp_path)["database-damaged"] == "broken"


def test_media_that_are_gone_from_the_disk_are_named(instance: Path) -> None:
    with closing(database(instance)) as opened, opened:
        opened.execute("PRAGMA foreign_keys=OFF")
        opened.execute(
            "INSERT INTO store_media (project_id, sha256, content_type, width, height, size_bytes)"
            " VALUES (1, ?, 'image/png', 9, 9, 5), (1, ?, 'image/png', 9, 9, 3)",
            ("a" * 64, "b" * 64),
        )
    whole = instance / "media/1/bb" / ("b" * 64)
    whole.parent.mkdir(parents=True)
    whole.write_bytes(b"png")

    done = json.loads(canut("doctor", "--json", data=instance).stdout)

    (finding,) = [each for each in done["findings"] if each["code"] == "media-lost"]
    assert finding["facts"] == {
        "files": 1,
        "first": f"1/aa/{'a' * 64}",
        "storage": str(instance / "media"),
    }
