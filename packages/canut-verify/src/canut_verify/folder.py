"""A whole bundle: data, card, proofs, rows, and the signed list of them all."""

import re
import zipfile
import zlib
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from canut_verify import RefusedError, UnreadableError
from canut_verify.bundle import check_entry, check_file, parse_proof, read_entry
from canut_verify.card import GRADES, LAST, SINCE, figures_of, parse_card, signed_by
from canut_verify.confirmed import count_signed
from canut_verify.counted import (
    Counted,
    count_lines,
    count_log,
    find_alpha,
    find_figures,
    find_logged,
    parse_rows,
    root_of,
)
from canut_verify.documents import canonical, parse
from canut_verify.material import check_logged
from canut_verify.notes import PLAIN, Head, Key
from canut_verify.policy import Accepted, Policy
from canut_verify.tables import check_table

CARD, CARD_PROOF = "labour-card.json", "labour-card.tlog-proof"
ENTRIES, ENTRIES_PROOF = "entries.bin", "entries.tlog-proof"
ROWS, MANIFEST = "rows.json", "manifest.json"
SIGNED = "countersignatures.json"
TABLES = ("data/answers", "data/labels")
ANSWERS, LABELS = "data/answers.jsonl", "data/labels.jsonl"
IN_CARD = {ANSWERS, LABELS, ENTRIES, ROWS}
NEEDED = {CARD, CARD_PROOF, ENTRIES_PROOF, MANIFEST} | IN_CARD
AFTER_CARD = {CARD, CARD_PROOF, ENTRIES_PROOF}
MOST, MOST_NAMED = 1_000, 5
HOUR_MS = 3_600_000
KIND_BITS, LINK = 0o170000, 0o120000  # of a file that leads to another
MOST_UNPACKED, TIMES, ALWAYS = 1 << 32, 200, 1 << 20
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
BROKEN = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error)
PART = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}"
PATH = re.compile(rf"{PART}(/{PART}){{0,3}}")

type Json = dict[str, Any]
type Said = tuple[str, str]
type Line = tuple[str, str, Json]  # grade, what is said, and of what


@dataclass(frozen=True)
class End:
    """Where the logs of a bundle end: the project's, and the one of all with who saw it."""

    log: Key
    project: str
    size: int
    root: bytes
    head: Head
    seen: frozenset[str]
    card: tuple[int, str, str] | None  # its number, its hash, and that of the one before


@dataclass(frozen=True)
class Bundle:
    """What is in a folder."""

    place: Path
    paths: frozenset[str]

    def read(self, path: str) -> bytes:
        """Return a file."""
        return (self.place / path).read_bytes()


@dataclass(frozen=True)
class Zipped(Bundle):
    """What is in a zip."""

    archive: zipfile.ZipFile
    outer: str

    def read(self, path: str) -> bytes:
        """Unpack a file; never more than the zip says it has."""
        try:
            return self.archive.read(self.outer + path)
        except BROKEN as why:
            raise UnreadableError(f"{path!a} cannot be unpacked: {why}") from why


def open_bundle(place: Path) -> Bundle:
    """List what is in a folder or a zip; what is neither file nor folder is refused."""
    if place.is_file():
        return _open_zip(place)
    paths = set()
    for one in place.rglob("*"):
        if one.is_symlink() or not (one.is_file() or one.is_dir()):
            raise UnreadableError(f"{one.name!a} is neither a file nor a folder")
        if one.is_file():
            paths.add(one.relative_to(place).as_posix())
    return Bundle(place, frozenset(paths))


def _open_zip(place: Path) -> Zipped:
    """List what is in a zip, less the one folder around it all; too much is not unpacked."""
    try:
        archive = zipfile.ZipFile(place)
    except BROKEN as why:
        raise UnreadableError(f"{place.name!a} is no zip: {why}") from why
    infos = [one for one in archive.infolist() if not one.is_dir()]
    most = min(MOST_UNPACKED, ALWAYS + TIMES * place.stat().st_size)
    if len(infos) > MOST + 1 or sum(one.file_size for one in infos) > most:
        raise UnreadableError("the zip holds too much")
    for one in infos:
        is_link = (one.external_attr >> 16) & KIND_BITS == LINK
        if one.flag_bits & 1 or one.compress_type not in METHODS or is_link:
            raise UnreadableError(f"{one.filename!a} is packed in a way that is not read")
    names = [one.filename for one in infos]
    if len(set(names)) != len(names):
        raise UnreadableError("the zip holds a name twice")
    outer = {name.partition("/")[0] for name in names}
    is_inside = len(outer) == 1 and all("/" in name for name in names)
    cut = f"{outer.pop()}/" if is_inside else ""
    return Zipped(place, frozenset(name.removeprefix(cut) for name in names), archive, cut)


def check_bundle(bundle: Bundle, policy: Policy) -> tuple[list[Line], End]:
    """Check a bundle; return what was found, each with its grade, and where its logs end."""
    for path in sorted(NEEDED - bundle.paths):
        raise UnreadableError(f"no {path!a}: not a whole bundle")
    raw = bundle.read(CARD)
    found = check_file(raw, bundle.read(CARD_PROOF), policy)
    if found.entry["t"] != "card":
        raise RefusedError(f"{CARD} was logged as {found.entry['t']!a}, not as a card")
    log = _log(policy, found.accepted)
    version, listed = _manifest(bundle, log.raw)
    about = parse_card(raw, log.raw)
    carded = _bound(about, version, listed)
    if version > 1:
        _check_forms(bundle)
    project = str(found.entry["p"])
    size, root, kinds, signed, logged, facts = _project(bundle, policy, log, project)
    shown = _shown(bundle, about, kinds["answer"])
    shown |= _claimed(bundle, about, find_logged(kinds, facts))
    lines: list[Line] = [
        *_told_files(version, carded, listed),
        ("PROVEN", "recounted", {"entries": size, "answers": kinds["answer"]}),
        ("", "unbound", {}),
    ]
    if about["simulated"]:
        lines.insert(0, ("SIMULATED", "show", {}))
    if SIGNED in bundle.paths:
        if SIGNED not in carded:
            raise RefusedError(f"the card does not name {SIGNED!a}")
        origin = f"{found.accepted.head.origin}/{project}"
        people, ms = count_signed(bundle.read(SIGNED), origin, signed)
        lines += _confirmed(about, people, ms)
        shown |= {"confirmed_people": ("CONFIRMED", ""), "confirmed_hours": ("CONFIRMED", "")}
    if version >= SINCE["material"]:
        number = check_logged(about["figures"]["material"].get("value"), logged)
        lines += [("PROVEN", "material", {"number": number})] if number else []
    currency = str(about["figures"]["currency"].get("value", ""))
    figures = [_line(name, about["figures"][name], shown, currency) for name in figures_of(version)]
    lines += [*figures, _reach(figures)]
    seen = frozenset(found.accepted.seen)
    card = None
    if version > 1:
        card = (about["number"], sha256(raw).hexdigest(), about["previous"])
        lines.insert(0, ("ASSERTED", "number", {"number": card[0]}))
    return lines, End(log, project, size, root, found.accepted.head, seen, card)


def _bound(about: Json, version: int, listed: dict[str, Said]) -> dict[str, Said]:
    """List the files that the logged card binds: from format 2 on all but those made after it."""
    carded = _list(about.get("files"))
    for path in sorted(IN_CARD - set(carded)):
        raise UnreadableError(f"the card does not name {path!a}")
    for path, one in carded.items():
        if listed.get(path) != one:
            raise RefusedError(f"the card names another {path!a} than the one that is there")
    if about["version"] != version:
        raise RefusedError(
            f"the card is of format {about['version']}, and {MANIFEST} of format {version}"
        )
    if version == 1:
        return carded
    for path in sorted(set(listed) - AFTER_CARD - set(carded)):
        raise RefusedError(f"the card does not name {path!a}")
    leaves = [
        sha256(b"\x00" + canonical({"path": path, "sha256": digest, "size": int(size)})).digest()
        for path, (digest, size) in carded.items()
    ]
    if root_of(leaves).hex() != about["tree"]:
        raise RefusedError("the tree hash on the card is not that of its files")
    return carded


def _told_files(version: int, carded: dict[str, Said], listed: dict[str, Said]) -> list[Line]:
    """Say which files the card binds, and name those that it does not."""
    others = sorted({*listed, MANIFEST} - set(carded))
    names = ", ".join(others[:MOST_NAMED]) + (", …" if others[MOST_NAMED:] else "")
    count, named = {"count": len(carded)}, {"names": names}
    if version == 1:
        return [("PROVEN", "files-some", count), ("", "format-1", named)]
    return [("PROVEN", "files", count), ("PROVEN", "forms", {}), ("", "after-card", named)]


def _check_forms(bundle: Bundle) -> None:
    """Check that the forms of each table hold the same rows."""
    for table in TABLES:
        paths = [f"{table}.{form}" for form in ("jsonl", "csv", "parquet")]
        for path in paths:
            if path not in bundle.paths:
                raise UnreadableError(f"no {path!a}: not a whole bundle")
        check_table(table, *(bundle.read(path) for path in paths))


def _log(policy: Policy, accepted: Accepted) -> Key:
    return next(
        key
        for key in policy.logs
        if key.kind == PLAIN and key.name == accepted.head.origin and key in accepted.by
    )


def _manifest(bundle: Bundle, issuer: bytes) -> tuple[int, dict[str, Said]]:
    """Read the format and the list of files, and hold it against what is there."""
    document = parse(bundle.read(MANIFEST))
    if set(document) != {"type", "version", "issuer", "created", "files", "proof"}:
        raise UnreadableError("not a manifest")
    version = document["version"]
    if document["type"] != "CanutBundle" or type(version) is not int or not 0 < version <= LAST:
        raise UnreadableError(f"not a manifest of version 1 to {LAST}")
    if not isinstance(document["created"], str) or not isinstance(document["issuer"], str):
        raise UnreadableError("a manifest without a time, or by nobody")
    listed = _list(document["files"])
    signed_by(document, issuer, f"{MANIFEST} is not signed")
    held = bundle.paths - {MANIFEST}
    for path in sorted(held ^ set(listed)):
        odd = "is not in the manifest" if path in held else "is missing"
        raise RefusedError(f"{path!a} {odd}")
    for path, (digest, size) in listed.items():
        content = bundle.read(path)
        if sha256(content).hexdigest() != digest or str(len(content)) != size:
            raise RefusedError(f"{path!a} is not the file that was listed: its hash is another")
    return version, listed


def _list(files: object) -> dict[str, Said]:
    listed: dict[str, Said] = {}
    for one in files if isinstance(files, list) else []:
        if not isinstance(one, dict) or set(one) != {"path", "sha256", "size"}:
            raise UnreadableError("a file is listed otherwise than it should be")
        path, digest, size = one["path"], one["sha256"], one["size"]
        if not isinstance(path, str) or not PATH.fullmatch(path) or path in listed:
            raise UnreadableError(f"a path that cannot be: {path!a}")
        if not isinstance(digest, str) or not re.fullmatch(r"[0-9a-f]{64}", digest):
            raise UnreadableError(f"the hash of {path!a} is none")
        if type(size) is not int or size < 0 or path == MANIFEST:
            raise UnreadableError(f"{path!a} cannot be listed so")
        listed[path] = (digest, str(size))
    if not 0 < len(listed) <= MOST or list(listed) != sorted(listed):
        raise UnreadableError("a list of files that is none, or out of order")
    return listed


def _project(bundle: Bundle, policy: Policy, log: Key, project: str) -> Counted:
    """Count the project's log again, and find its root in the log of all."""
    proof = parse_proof(bundle.read(ENTRIES_PROOF))
    if proof.extra is None:
        raise UnreadableError("no entry beside the proof of the project's log")
    entry = read_entry(proof.extra)
    accepted = check_entry(proof.extra, proof, policy)
    facts = entry.get("f")
    if entry["t"] != "checkpoint" or not isinstance(facts, dict) or set(facts) != set("onr"):
        raise UnreadableError("the project's log stands in the log of all otherwise")
    size = facts["n"]
    if type(size) is not int or not all(isinstance(facts[one], str) for one in "or"):
        raise UnreadableError("the project's log stands in the log of all otherwise")
    if _log(policy, accepted) != log or entry["p"] != project:
        raise RefusedError(
            f"{ENTRIES_PROOF} is of another log, or of another project, than the card"
        )
    if facts["o"] != f"{accepted.head.origin}/{project}":
        raise RefusedError(f"{ENTRIES_PROOF} is of the log {facts['o']!a}, not of this project’s")
    counted = count_log(bundle.read(ENTRIES), project)
    count, root = counted[:2]
    if (count, root.hex()) != (size, facts["r"]):
        raise RefusedError(
            f"{ENTRIES} is not the project’s log: {count} entries hash to another root"
            f" than the {size} that were logged"
        )
    return counted


def _shown(bundle: Bundle, about: Json, logged: int) -> dict[str, Said]:
    """Find what the bundle shows by itself; refuse a card that says otherwise."""
    rows = parse_rows(bundle.read(ROWS))
    if rows["simulated"] is not about["simulated"]:
        raise RefusedError(f"{ROWS} and the card do not agree on whether people are simulated")
    answers, items = count_lines(bundle.read(ANSWERS)), count_lines(bundle.read(LABELS))
    if answers > logged:
        raise RefusedError(f"{ANSWERS} holds {answers} answers; the log has {logged}")
    proven: Json = {"answers": answers, "items": items, "logged_answers": logged}
    if items:
        proven["answers_per_item"] = answers * 1000 // items
    again = find_figures(rows)
    people = about["figures"]["people"]
    if people.get("value") != again.get("people") and people.get("grade") != "RECOMPUTED":
        again.pop("people", None)
    for name, value in (proven | again).items():
        _same(name, about["figures"][name], value)
    return {name: ("PROVEN" if name in proven else "RECOMPUTED", "") for name in proven | again}


def _claimed(bundle: Bundle, about: Json, logged: Json) -> dict[str, Said]:
    """Hold against log and answers each figure for which the card claims that they show it."""
    figures = about["figures"]
    shown: dict[str, Said] = {}
    for name, value in logged.items():
        if figures[name].get("grade") == "PROVEN":
            _same(name, figures[name], value)
            shown[name] = ("PROVEN", "")
    agreement = figures["agreement"]
    if agreement.get("grade") == "RECOMPUTED":
        alpha = find_alpha(bundle.read(ANSWERS))
        if alpha is not None:
            _same("agreement", agreement, alpha)
            shown["agreement"] = ("RECOMPUTED", "")
    return shown


def _same(name: str, figure: Json, value: object) -> None:
    said = figure.get("value", value)
    if said != value or type(said) is not type(value):
        raise RefusedError(f"the card says {name} is {said!a}; the bundle shows {value!a}")


def _confirmed(about: Json, people: int, ms: int) -> list[Line]:
    """Hold what people confirmed against the card; say of how much that is."""
    figures = about["figures"]
    if people and about["simulated"]:
        raise RefusedError("simulated people sign nothing")
    for name, of, value in (
        ("confirmed_people", "people", people),
        ("confirmed_hours", "active_time", ms),
    ):
        said, whole = figures[name].get("value", value), figures[of].get("value", value)
        if type(said) is not int or said != value:
            raise RefusedError(f"the card says {name} is {said!a}; the bundle shows {value}")
        if type(whole) is not int or value > whole:
            raise RefusedError(f"{SIGNED} confirms more than the card says of {of}")
    if not people:
        return []
    told = {"people": people, "hours": ms // HOUR_MS}
    all_people, all_ms = (figures[one].get("value") for one in ("people", "active_time"))
    if all_people is None or all_ms is None:
        return [("CONFIRMED", "confirmed-some", told)]
    of_all = {"of_people": all_people, "of_hours": all_ms // HOUR_MS}
    return [("CONFIRMED", "confirmed", told | of_all)]


def _reach(figures: list[Line]) -> Line:
    """Say which figures anyone can count again, and which the operator says alone."""
    known = [(grade, facts["name"]) for grade, _kind, facts in figures if grade != "UNKNOWN"]
    told = {"said": [name for grade, name in known if grade == "ASSERTED"]}
    return "", "reach", {**told, "shown": [name for grade, name in known if grade != "ASSERTED"]}


def _line(name: str, figure: Json, shown: dict[str, Said], currency: str) -> Line:
    about = {"name": name, "figure": figure, "currency": currency}
    if "unknown" in figure:
        return "UNKNOWN", "figure", about
    reached = shown[name][0] if name in shown else "ASSERTED"
    grade = min(reached, figure["grade"], key=GRADES.index)
    return grade, "figure", about
