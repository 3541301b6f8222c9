"""``canut-verify inspect``: an inspector's file checked offline, by a program of its own."""

import json
import zipfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from canut_verify.__main__ import main

from canut.core.ledger.log import open_entry
from canut.core.proofs.canonical import canonical
from canut.core.proofs.merkle import inclusion_proof, leaf_hash
from canut.core.proofs.tlog_proof import LoggedProof, write_proof
from tests.core.proofs.vectors import POLICY, leaves, reader, witnessed

TERMS, TABLE = b"Terms.\n", b"place,people\nFR,12\n"


def logged(kind: str, **facts: object) -> bytes:
    """Prove an entry of a log with witnesses."""
    entry = open_entry(kind, "", facts)
    hashes = [*leaves(5), leaf_hash(entry), *leaves(3)]
    path = tuple(inclusion_proof(reader(hashes), 5, 9))
    return write_proof(LoggedProof(5, path, witnessed(hashes), entry))


def packed(files: dict[str, bytes], *, listed: dict[str, bytes] | None = None) -> bytes:
    """Write an inspector's file, with the manifest of ``listed`` where it is another's."""
    manifest = {
        "schema": "canut.inspector-file/1",
        "from": "2026-07-01",
        "to": "2026-12-31",
        "place": "FR",
        "files": {
            name: [len(body), sha256(body).hexdigest()] for name, body in (listed or files).items()
        },
    }
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, body in {"manifest.json": canonical(manifest), **files}.items():
            archive.writestr(name, body)
    return out.getvalue()


def parts(terms: bytes = TERMS) -> dict[str, bytes]:
    """Return files with one document that the log names, one that it does not, and a table."""
    digest = sha256(TERMS).hexdigest()
    index = [
        {"document": "terms-en.txt", "sha256": digest, "proof": "proof/terms-en.tlog-proof"},
        {"document": "dpia.json", "sha256": sha256(b"{}").hexdigest(), "proof": ""},
    ]
    return {
        "terms-en.txt": terms,
        "dpia.json": b"{}",
        "time-and-pay.csv": TABLE,
        "proof/terms-en.tlog-proof": logged("policy.set", name="terms", en=digest),
        "proof/index.json": json.dumps(index).encode(),
    }


def checked(folder: Path, content: bytes, *more: str, language: str = "en") -> int:
    (folder / "file.zip").write_bytes(content)
    (folder / "policy.txt").write_bytes(POLICY)
    policy = ["--policy", str(folder / "policy.txt"), "--lang", language]
    return main(["inspect", str(folder / "file.zip"), *policy, *more])


def test_each_line_says_what_is_proven_and_what_nothing_here_proves(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = checked(tmp_path, packed(parts()))

    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert lines[0].startswith("RECOMPUTED  5 files are those that manifest.json names")
    assert lines[1].startswith("NOT PROVEN  Nothing here shows that the whole file was logged")
    assert "PROVEN      terms-en.txt is entry 5 of 9 in the log log.example/one" in lines
    assert "NOT PROVEN  dpia.json is in no log under this file's checkpoint" in lines
    assert lines[-1].startswith("ASSERTED    2 other files say what the operator says")


def test_proof_of_the_entry_inspect_proves_the_whole_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = packed(parts())
    with zipfile.ZipFile(BytesIO(content)) as archive:
        digest = sha256(archive.read("manifest.json")).hexdigest()
    proof = tmp_path / "entry.tlog-proof"
    proof.write_bytes(logged("inspect", sha256=digest))

    assert checked(tmp_path, content, "--proof", str(proof)) == 0
    assert "PROVEN      manifest.json is entry 5 of 9" in capsys.readouterr().out

    proof.write_bytes(logged("inspect", sha256="0" * 64))
    assert checked(tmp_path, content, "--proof", str(proof)) == 1


@pytest.mark.parametrize("language", ["en", "fr"])
def test_one_changed_digit_names_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    honest = parts()

    code = checked(
        tmp_path,
        packed({**honest, "time-and-pay.csv": TABLE.replace(b"12", b"13")}, listed=honest),
        language=language,
    )

    said = capsys.readouterr().out
    assert code == 1
    assert "time-and-pay.csv" in said
    assert ("n’est pas tel que le dit le manifeste" in said) == (language == "fr")


def test_a_document_that_was_changed_with_its_manifest_is_not_the_logged_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = parts(terms=b"Other terms.\n")
    assert checked(tmp_path, packed(files)) == 1
    assert "terms-en.txt" in capsys.readouterr().out

    index = json.loads(files["proof/index.json"])
    index[0]["sha256"] = sha256(b"Other terms.\n").hexdigest()
    files["proof/index.json"] = json.dumps(index).encode()
    assert checked(tmp_path, packed(files)) == 1
    assert "its hash is another" in capsys.readouterr().out


def test_without_a_policy_nothing_is_proved_and_it_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file.zip").write_bytes(packed(parts()))

    assert main(["inspect", str(tmp_path / "file.zip"), "--lang", "en"]) == 3
    assert "NOT PROVEN" in capsys.readouterr().out


@pytest.mark.parametrize("content", [b"", b"PK", packed({})[:-9], b"x" * 99])
def test_what_is_no_such_file_ends_with_2(tmp_path: Path, content: bytes) -> None:
    assert checked(tmp_path, content) == 2
