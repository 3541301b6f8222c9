"""Read a bundle: manifest, card, the project's log, rows, countersignatures, and the verdict (5-8).

``python -m tests.core.verifier.fourth.reader FOLDER [POLICY]`` prints each figure with its grade.
"""

import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from hashlib import sha256
from math import floor
from pathlib import Path
from typing import NamedTuple

from tests.core.verifier.fourth.proofs import (
    Head,
    Policy,
    is_signed,
    leaf_hash,
    logged_entry,
    read_entry,
    read_note,
    read_policy,
    read_proof,
    tree_hash,
)
from tests.core.verifier.fourth.shapes import (
    Json,
    RefusedError,
    UnreadableError,
    canonical,
    check_shape,
    is_same,
    parse,
)
from tests.core.verifier.fourth.tables import check_tables

GRADES = ("ASSERTED", "ATTESTED", "CONFIRMED", "RECOMPUTED", "PROVEN")
CARD, CARD_PROOF = "labour-card.json", "labour-card.tlog-proof"
ENTRIES, ENTRIES_PROOF = "entries.bin", "entries.tlog-proof"
ROWS, SIGNED, MANIFEST = "rows.json", "countersignatures.json", "manifest.json"
ANSWERS, LABELS = "data/answers.jsonl", "data/labels.jsonl"
BOUND = {ANSWERS, LABELS, ENTRIES, ROWS}
AFTER_CARD = {CARD, CARD_PROOF, ENTRIES_PROOF}
FINE, REFUSED, UNREADABLE, NO_POLICY = range(4)
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


class Outcome(NamedTuple):
    """What a reader says: exit code, the reason, and each figure with the grade it reached."""

    code: int
    reason: str
    figures: Mapping[str, tuple[str, object]]


# 5 Signed documents, manifest, card


def from_base58(text: str) -> bytes:
    """Decode base 58 behind the letter z."""
    if not text.startswith("z") or set(text[1:]) - set(ALPHABET) or len(text) > 116:
        raise UnreadableError("not base 58")
    number = 0
    for letter in text[1:]:
        number = number * 58 + ALPHABET.index(letter)
    zeros = len(text) - 1 - len(text[1:].lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)


def did_of(public: bytes) -> str:
    """Write the did:key of an Ed25519 key."""
    number, text = int.from_bytes(b"\xed\x01" + public), ""
    while number:
        number, rest = divmod(number, 58)
        text = ALPHABET[rest] + text
    return f"did:key:z{text}"


def check_signed(document: Json, public: bytes) -> None:
    """Check that the log's key, and no other, signed a document that names it (5.1)."""
    bare = {name: part for name, part in document.items() if name != "proof"}
    proofs = document["proof"] if isinstance(document["proof"], list) else [document["proof"]]
    ours = [proof for proof in proofs if proof["cryptosuite"] == "eddsa-jcs-2022"]
    for proof in ours:
        options = {name: part for name, part in proof.items() if name != "proofValue"}
        method, _, fragment = proof["verificationMethod"].partition("#")
        if f"did:key:{fragment}" != method or from_base58(fragment)[:2] != b"\xed\x01":
            raise UnreadableError("a key that is no did:key of Ed25519")
        if proof.get("@context") != document.get("@context"):
            raise RefusedError("a proof for another @context")
        message = sha256(canonical(options)).digest() + sha256(canonical(bare)).digest()
        if not is_signed(from_base58(fragment)[2:], from_base58(proof["proofValue"]), message):
            raise RefusedError("a document that its key did not sign")
        if method != did_of(public):
            raise RefusedError("a document of another key than the log’s")
    if not ours or document.get("issuer") != did_of(public):
        raise RefusedError("a document without a signature of the log’s key")


def files_of(listed: Sequence[Json]) -> dict[str, Json]:
    """Return listed files by path; they stand in order, each once (5.2)."""
    files = {entry["path"]: entry for entry in listed}
    if len(files) != len(listed) or list(files) != sorted(files) or MANIFEST in files:
        raise UnreadableError("files out of order, or twice")
    return files


def read_manifest(folder: Mapping[str, bytes], public: bytes) -> tuple[int, dict[str, Json]]:
    """Read the manifest and hold it against the folder (5.2)."""
    manifest = parse(folder[MANIFEST])
    check_shape(manifest, "manifest")
    files = files_of(manifest["files"])
    check_signed(manifest, public)
    if set(files) != set(folder) - {MANIFEST}:
        raise RefusedError("other files than those that are listed")
    for path, entry in files.items():
        if (sha256(folder[path]).hexdigest(), len(folder[path])) != (
            entry["sha256"], entry["size"],
        ):  # fmt: skip
            raise RefusedError(f"{path!a} is another file")
    return manifest["version"], files


def read_card(raw: bytes, public: bytes) -> Json:
    """Read the card (5.3)."""
    card = parse(raw)
    check_shape(card, "labour-card")
    check_signed(card, public)
    if set(card) != {"@context", "type", "issuer", "validFrom", "credentialSubject", "proof"}:
        raise RefusedError("a card that holds something else")
    about: Json = card["credentialSubject"]
    version = about["version"]
    if (version > 1) != ("tree" in about) or (version > 2) != ("material" in about["figures"]):
        raise UnreadableError("a card of another version than it says")
    if len({"training", "sources", "material"} & set(about["figures"])) not in {0, 3}:
        raise UnreadableError("a card of another version than it says")
    if version > 1 and ("number" not in about or (about["number"] == 1) == bool(about["previous"])):
        raise UnreadableError("a card without its number")
    for figure in about["figures"].values():
        if "unknown" not in figure and ("simulated" in figure) != about["simulated"]:
            raise UnreadableError("a figure that does not say that it is simulated")
    return about


def check_bound(about: Json, version: int, listed: Mapping[str, Json]) -> None:
    """Check which files the card binds (5.4)."""
    carded = files_of(about["files"])
    if not set(carded) >= BOUND:
        raise UnreadableError("a card that leaves a needed file out")
    if any(listed.get(path) != entry for path, entry in carded.items()):
        raise RefusedError("card and manifest name other files")
    if about["version"] != version:
        raise RefusedError("card and manifest are of two formats")
    if version > 1:
        if set(listed) - AFTER_CARD != set(carded):
            raise RefusedError("a file that the card does not name")
        if (
            tree_hash([leaf_hash(canonical(entry)) for entry in carded.values()]).hex()
            != (about["tree"])
        ):
            raise RefusedError("another tree hash")


# 6 The project's log


class Counted(NamedTuple):
    """What the project's log holds."""

    size: int
    root: bytes
    kinds: Counter[str]
    signed: set[str]
    material: Json | None
    opened: dict[str, list[Json]]


def count_entries(raw: bytes, project: str) -> Counted:
    """Read entries.bin (6.1)."""
    hashes: list[bytes] = []
    kinds, commitments, signed = Counter[str](), set[str](), set[str]()
    opened: dict[str, list[Json]] = {}
    material, at = None, 0
    while at < len(raw):
        end = at + 2 + int.from_bytes(raw[at : at + 2])
        if end > len(raw):
            raise UnreadableError("an entry that ends early")
        entry = read_entry(raw[at + 2 : end])
        hashes.append(leaf_hash(raw[at + 2 : end]))
        at = end
        if entry["p"] != project:
            raise UnreadableError("an entry of another project")
        if entry.get("c") in commitments:
            raise RefusedError("one commitment twice")
        kinds[entry["t"]] += 1
        if "c" in entry:
            commitments.add(entry["c"])
            signed |= {entry["c"]} if entry["t"] == "countersign" else set()
        else:
            opened.setdefault(entry["t"], []).append(entry["f"])
            material = entry["f"] if entry["t"] == "material.set" else material
    return Counted(len(hashes), tree_hash(hashes), kinds, signed, material, opened)


def count_project(folder: Mapping[str, bytes], policy: Policy, head: Head, project: str) -> Counted:
    """Find the root of the project's log in the log of all (6.2)."""
    entry, again = logged_entry(folder[ENTRIES_PROOF], policy)
    facts = entry.get("f", {})
    kinds = {name: type(part) for name, part in facts.items()}
    if entry["t"] != "checkpoint" or kinds != {"n": int, "o": str, "r": str}:
        raise UnreadableError("not the checkpoint of a project")
    if again.log != head.log or entry["p"] != project:
        raise RefusedError("the checkpoint of another log or project")
    if facts["o"] != f"{again.origin}/{project}":
        raise RefusedError("the checkpoint of another origin")
    counted = count_entries(folder[ENTRIES], project)
    if (counted.size, counted.root.hex()) != (facts["n"], facts["r"]):
        raise RefusedError("entries that hash to another root")
    return counted


# 7 Rows, countersignatures, material


def read_rows(raw: bytes) -> Json:
    """Read rows.json (7.1)."""
    rows = parse(raw)
    check_shape(rows, "rows")
    for name in ("pay", "before", "after"):
        edges = [edge for low, high, _people, _hours in rows[name] for edge in (low, high)]
        for low, high, people, hours in rows[name]:
            if low >= high or people < 1 or hours < -1:
                raise UnreadableError("a row of nobody, or upside down")
        if edges != sorted(edges):
            raise UnreadableError("rows out of order")
    return rows


def quantile(rows: Sequence[Sequence[int]], column: int, per_mille: int) -> int:
    """Return a quantile of rows weighted by a column (7.2)."""
    needed, passed = per_mille * sum(row[column] for row in rows), 0
    for low, high, *weights in rows:
        weight = weights[column - 2]
        if weight and needed <= 1000 * (passed + weight):
            return low + (high - low) * (needed - 1000 * passed) // (1000 * weight)
        passed += weight
    return rows[-1][1]


def figures_of_rows(rows: Json) -> Json:
    """Compute every figure that the rows show (7.2)."""
    pay, people = rows["pay"], sum(row[2] for row in rows["pay"])
    figures: Json = {"currency": rows["currency"]}
    if people:
        figures["people"] = people
    for name, per_mille, least in (("p10", 100, 20), ("p50", 500, 20), ("p90", 900, 100)):
        if people >= least:
            figures[f"pay_people_{name}"] = quantile(pay, 2, per_mille)
            if any(row[3] for row in pay) and all(row[3] >= 0 for row in pay):
                figures[f"pay_hours_{name}"] = quantile(pay, 3, per_mille)
    for name in ("before", "after"):
        table = rows[name]
        if table and not any(low < 5_000_000 < high for low, high, *_ in table):
            under = 1000 * sum(row[2] for row in table if row[0] < 5_000_000)
            figures[f"under_floor_{name}"] = -(-under // sum(row[2] for row in table))
    if "under_floor_after" in figures:
        figures["floor_respected"] = "no" if figures["under_floor_after"] else "yes"
    return figures


def count_signed(raw: bytes, origin: str, logged: set[str]) -> tuple[int, int]:
    """Check countersignatures; return people and milliseconds (7.3)."""
    document = parse(raw)
    check_shape(document, "countersignatures")
    lines = document["lines"]
    if lines != sorted(lines, key=lambda line: (line["person"], line["key"])):
        raise UnreadableError("countersignatures out of order")
    for name in ("person", "key", "end"):
        if len({line[name] for line in lines}) < len(lines):
            raise RefusedError(f"one {name} twice")
    for line in lines:
        payload = {name: line[name] for name in ("person", "key", "end", "signature")}
        content = canonical({**payload, "t": "countersign", "v": 1})
        nonce = bytes.fromhex(line["nonce"])
        if sha256(b"canut/commit/v1\x00" + nonce + content).hexdigest() not in logged:
            raise RefusedError("a countersignature that was not logged")
        message = f"canut/confirmed/v1\n{origin}\n{line['person']}\n{line['end']}\n".encode()
        if not is_signed(bytes.fromhex(line["key"]), bytes.fromhex(line["signature"]), message):
            raise RefusedError("a countersignature of another key, line or project")
        link = bytes.fromhex(line["shown"])
        for _ in range(line["steps"]):
            link = sha256(b"canut/time/v1\x00" + link).digest()
        if link.hex() != line["end"]:
            raise RefusedError("a chain that ends elsewhere")
    return len(lines), 360_000 * sum(line["steps"] for line in lines)


def check_material(figures: Json, logged: Json | None) -> None:
    """Compute hours and hash of the declared material again (7.4)."""
    material, sources = (figures[name].get("value") for name in ("material", "sources"))
    named = "none"
    if material is None and sources is not None:
        raise UnreadableError("sources without material")
    if material is not None:
        for part in material["parts"]:
            if ("hours_tenths" in part) != ({"count", "seconds_ms"} <= set(part)):
                raise UnreadableError("a part with hours it cannot have")
            tenths = [
                (2 * part["count"] * ms + 360_000) // 720_000 for ms in part.get("seconds_ms", ())
            ] if "hours_tenths" in part else None  # fmt: skip
            if tenths != part.get("hours_tenths"):
                raise RefusedError("hours that are not count times seconds")
        without = {"parts": (material["parts"], "hours_tenths"), "sources": (sources or [], "card")}
        content = {
            name: [{key: part for key, part in item.items() if key != cut} for item in items]
            for name, (items, cut) in without.items()
        }
        if sha256(canonical(content)).hexdigest() != material["sha256"]:
            raise RefusedError("another hash of the material")
        named = f"{material['version']} {material['sha256']}"
    seen = "none" if logged is None else f"{logged.get('n')} {logged.get('material')}"
    if named != seen or (logged is not None and set(logged) != {"n", "material"}):
        raise RefusedError("material other than the log's last")


# 8 The verdict


def compare(about: Json, shown: Mapping[str, tuple[str, object]]) -> None:
    """Refuse a card that says otherwise than the bundle shows (8.1)."""
    for name, (_grade, computed) in shown.items():
        if not is_same(about["figures"][name].get("value", computed), computed):
            raise RefusedError(f"the card says another {name}")


def confirmed_of(
    folder: Mapping[str, bytes], about: Json, origin: str, counted: Counted
) -> dict[str, tuple[str, object]]:
    """Return what people confirmed, held against the card (7.3)."""
    if SIGNED not in files_of(about["files"]):
        raise RefusedError("countersignatures that the card does not name")
    people, ms = count_signed(folder[SIGNED], origin, counted.signed)
    if people and about["simulated"]:
        raise RefusedError("simulated people sign nothing")
    for name, whole in ((people, "people"), (ms, "active_time")):
        most = about["figures"][whole].get("value", name)
        if type(most) is not int or name > most:
            raise RefusedError("more is confirmed than there is")
    return {
        "confirmed_people": ("CONFIRMED", people),
        "confirmed_hours": ("CONFIRMED", ms),
    }


def shown_by(
    folder: Mapping[str, bytes], about: Json, counted: Counted
) -> dict[str, tuple[str, object]]:
    """Return the figures that the bundle shows by itself (8.1)."""
    rows = read_rows(folder[ROWS])
    if rows["simulated"] is not about["simulated"]:
        raise RefusedError("rows and card differ on simulation")
    counts: Json = {"logged_answers": counted.kinds["answer"]}
    for name, path in (("answers", ANSWERS), ("items", LABELS)):
        if folder[path] and not folder[path].endswith(b"\n"):
            raise UnreadableError("a last line without its end")
        counts[name] = folder[path].count(b"\n")
    if counts["answers"] > counts["logged_answers"]:
        raise RefusedError("more answers than were logged")
    if counts["items"]:
        counts["answers_per_item"] = 1000 * counts["answers"] // counts["items"]
    recomputed, people = figures_of_rows(rows), about["figures"]["people"]
    if recomputed.get("people") != people.get("value") and people.get("grade") != "RECOMPUTED":
        recomputed.pop("people", None)
    shown: dict[str, tuple[str, object]] = {
        name: ("PROVEN", count) for name, count in counts.items()
    } | {name: ("RECOMPUTED", figure) for name, figure in recomputed.items()}
    return shown | shown_where_claimed(folder[ANSWERS], about["figures"], counted)


def shown_where_claimed(
    answers: bytes, figures: Json, counted: Counted
) -> dict[str, tuple[str, object]]:
    """Return what log and answers show of figures whose card claims as high a grade (8.1)."""
    shown: dict[str, tuple[str, object]] = {"appeals": ("PROVEN", counted.kinds["appeal.open"])}
    for name, kind, field in (
        ("instructions", "instructions.set", "text"),
        ("currency", "price.set", "currency"),
    ):
        texts = [facts.get(field) for facts in counted.opened.get(kind, ())]
        if not texts or len(texts) < counted.kinds[kind] or not all(map(_is_text, texts)):
            continue
        different = list(dict.fromkeys(texts))
        if name == "instructions" or len(different) == 1:
            shown[name] = ("PROVEN", different if name == "instructions" else different[0])
    if _claims(figures["agreement"], "RECOMPUTED"):
        alpha = agreement_of(answers)
        shown |= {} if alpha is None else {"agreement": ("RECOMPUTED", alpha)}
    return {name: pair for name, pair in shown.items() if _claims(figures[name], pair[0])}


def _is_text(part: object) -> bool:
    return isinstance(part, str) and part != ""


def _claims(figure: Json, grade: str) -> bool:
    return "grade" in figure and GRADES.index(figure["grade"]) >= GRADES.index(grade)


def agreement_of(answers: bytes) -> int | None:
    """Return Krippendorff's alpha of labels, equal or not, in thousandths (8.1)."""
    by_task: dict[int, Counter[str]] = {}
    for line in answers.split(b"\n")[:-1]:
        try:
            answer = json.loads(line)
        except (ValueError, RecursionError) as why:
            raise UnreadableError(f"an answer that is not JSON: {why}") from why
        match answer:
            case {"task": int(task), "label": str(label)} if label:
                by_task.setdefault(task, Counter())[label] += 1
            case _:
                pass  # a row without a label counts nowhere
    apart, labels = Fraction(0), Counter[str]()
    for counts in by_task.values():
        count = counts.total()
        if count > 1:
            apart += Fraction(count**2 - sum(n**2 for n in counts.values()), count - 1)
            labels += counts
    expected = labels.total() ** 2 - sum(n**2 for n in labels.values())
    if not expected:
        return None
    return floor(1000 * (1 - (labels.total() - 1) * apart / expected) + Fraction(1, 2))


def verify(folder: Mapping[str, bytes], policy: Policy) -> dict[str, tuple[str, object]]:
    """Verify a bundle; return each known figure with the grade it reaches (8)."""
    if not set(folder) >= BOUND | AFTER_CARD | {MANIFEST}:
        raise UnreadableError("not a whole bundle")
    entry, head = logged_entry(folder[CARD_PROOF], policy)
    if entry.get("f", {}).get("sha256") != sha256(folder[CARD]).hexdigest():
        raise RefusedError("another card than the one that was logged")
    if entry["t"] != "card":
        raise RefusedError("logged, and not as a card")
    version, listed = read_manifest(folder, head.log.public)
    about = read_card(folder[CARD], head.log.public)
    check_bound(about, version, listed)
    if version > 1:
        check_tables(folder)
    counted = count_project(folder, policy, head, entry["p"])
    shown = shown_by(folder, about, counted)
    if SIGNED in folder:
        shown |= confirmed_of(folder, about, f"{head.origin}/{entry['p']}", counted)
    compare(about, shown)
    if version > 2:
        check_material(about["figures"], counted.material)
    return {
        name: (
            min(figure["grade"], shown.get(name, ("ASSERTED",))[0], key=GRADES.index),
            figure["value"],
        )
        for name, figure in about["figures"].items()
        if "value" in figure
    }


def read_folder(place: Path) -> dict[str, bytes]:
    """Read every file of a folder; links and pipes are not read (1)."""
    files: dict[str, bytes] = {}
    for path in place.rglob("*"):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise UnreadableError(f"{path.name!a} is neither a file nor a folder")
        if path.is_file():
            files[path.relative_to(place).as_posix()] = path.read_bytes()
    return files


def judge(place: Path, policy: bytes | None) -> Outcome:
    """Verify a folder and say what is found, with the exit code (8.2)."""
    try:
        if policy is None:
            read_note(read_proof((place / CARD_PROOF).read_bytes())[3])
            return Outcome(NO_POLICY, "no policy: nothing is proved", {})
        return Outcome(FINE, "", verify(read_folder(place), read_policy(policy)))
    except RefusedError as why:
        return Outcome(REFUSED, str(why), {})
    except (UnreadableError, OSError) as why:
        return Outcome(UNREADABLE, str(why), {})


if __name__ == "__main__":
    outcome = judge(Path(sys.argv[1]), Path(sys.argv[2]).read_bytes() if sys.argv[2:] else None)
    for figure_name, (figure_grade, figure) in outcome.figures.items():
        sys.stdout.write(f"{figure_grade:<11} {figure_name}: {figure!a}\n")
    sys.stdout.write(f"{outcome.reason}\n" if outcome.reason else "")
    sys.exit(outcome.code)
