"""An inspector's file: is each file the manifest's, and which of them did a log take in."""

import json
import zipfile
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO

from canut_verify import RefusedError, UnreadableError
from canut_verify.bundle import Found, check_entry, parse_proof, read_entry
from canut_verify.documents import parse
from canut_verify.folder import Json, Line
from canut_verify.policy import Policy

SCHEMA = "canut.inspector-file/1"
MANIFEST, INDEX = "manifest.json", "proof/index.json"
MOST_FILES, MOST_BYTES = 2_000, 200_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FAR = 2**37
HASH_FACTS = ("sha256", "en", "fr")


def open_inspection(content: bytes) -> tuple[Json, dict[str, bytes], str]:
    """Unpack a file and compare it with its manifest; return manifest, files, and its hash."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            infos = archive.infolist()
            names = [info.filename for info in infos]
            if len(infos) > MOST_FILES or sum(info.file_size for info in infos) > MOST_BYTES:
                raise UnreadableError("the zip holds too much")
            if len(set(names)) != len(names):
                raise RefusedError("the zip holds a name twice")
            files = {name: archive.read(name) for name in names}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as why:
        raise UnreadableError(f"not an inspector's file: {why}") from why
    raw = files.pop(MANIFEST, None)
    if raw is None:
        raise UnreadableError("not an inspector's file: it has no manifest.json")
    manifest = parse(raw)
    listed = manifest.get("files")
    if manifest.get("schema") != SCHEMA or not isinstance(listed, dict):
        raise UnreadableError("manifest.json is not that of an inspector's file")
    for name in sorted(files.keys() | listed.keys()):
        if name not in files:
            raise RefusedError(f"{name!a} is named and missing")
        if listed.get(name) != [len(files[name]), sha256(files[name]).hexdigest()]:
            raise RefusedError(f"{name!a} is not as the manifest says")
    return manifest, files, sha256(raw).hexdigest()


def check_inspection(content: bytes, policy: Policy, proof: bytes | None) -> list[Line]:
    """Check a file under a policy: what is proven, and what nothing here proves."""
    manifest, files, digest = open_inspection(content)
    about = {
        "first": manifest.get("from"),
        "last": manifest.get("to"),
        "area": manifest.get("place") or "–",
    }
    lines: list[Line] = [("RECOMPUTED", "inspect-files", {"count": len(files), **about})]
    lines += _whole(digest, policy, proof)
    proven: set[str] = set()
    for document in _index(files):
        name, path = document["document"], document["proof"]
        body = files.get(name)
        if body is None or sha256(body).hexdigest() != document["sha256"]:
            raise RefusedError(f"{name!a} is not what {INDEX} says")
        if not path:
            lines.append(("NOT PROVEN", "inspect-unlogged", {"name": name}))
            continue
        if path not in files:
            raise RefusedError(f"{path!a} is named and missing")
        logged = _logged(name, files[path], document["sha256"], policy)
        lines += _lines_of(name, logged)
        proven.add(name)
    papers = {name for name in files if name.endswith((".csv", ".json", ".pdf"))}
    asserted = sorted(papers - proven - {INDEX})
    lines.append(("ASSERTED", "inspect-asserted", {"count": len(asserted)}))
    return lines


def _whole(digest: str, policy: Policy, proof: bytes | None) -> list[Line]:
    """Return what a proof from the log's page shows of the file as a whole."""
    if proof is None:
        return [("NOT PROVEN", "inspect-whole", {"sha256": digest})]
    return _lines_of(MANIFEST, _logged(MANIFEST, proof, digest, policy))


def _logged(name: str, raw_proof: bytes, digest: str, policy: Policy) -> Found:
    """Check that a logged entry says a document's hash."""
    proof = parse_proof(raw_proof)
    if proof.extra is None:
        raise UnreadableError(f"the proof of {name!a} holds no entry")
    entry = read_entry(proof.extra)
    facts = entry.get("f")
    if not isinstance(facts, dict) or digest not in {facts.get(key) for key in HASH_FACTS}:
        raise RefusedError(f"{name!a} is not the one that was logged: its hash is another")
    return Found(entry, proof.index, check_entry(proof.extra, proof, policy))


def _lines_of(name: str, found: Found) -> list[Line]:
    head = found.accepted.head
    facts = {"name": name, "place": found.index, "size": head.size, "origin": head.origin}
    lines: list[Line] = [("PROVEN", "logged", facts)]
    for witness, when in found.accepted.seen.items():
        at = f"{EPOCH + timedelta(seconds=min(when, FAR)):%Y-%m-%d %H:%M}"
        lines.append(("PROVEN", "seen", {"name": witness, "at": at}))
    if not found.accepted.is_witnessed:
        lines.append(("ASSERTED", "alone", {}))
    return lines


def _index(files: dict[str, bytes]) -> list[dict[str, str]]:
    """Read the index of proofs; a file without one has no proofs."""
    raw = files.get(INDEX)
    if raw is None:
        return []
    try:
        rows = json.loads(raw)
        return [{key: str(row[key]) for key in ("document", "sha256", "proof")} for row in rows]
    except (ValueError, TypeError, KeyError, RecursionError) as why:
        raise UnreadableError(f"{INDEX} cannot be read: {why}") from why
