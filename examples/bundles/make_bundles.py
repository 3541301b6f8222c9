"""Write the test bundles: one good bundle, and what others make of it, each with its verdict.

``python make_bundles.py FOLDER`` writes a folder for each case, with ``policy.txt`` and
``expected.json`` beside them. Only the standard library and ``cryptography`` are needed. The keys
of log and witnesses stand here: they sign nothing else, and nobody trusts them.

``docs/en/bundle-format.md`` describes the format.
"""

import base64
import json
import sys
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

HERE = Path(__file__).parent
GOOD, POLICY = HERE / "good", HERE / "policy.txt"
DISPUTED = HERE / "disputed"  # answers of two people or three to a task, who disagree on one
LOG, PROJECT, SEEN_S = "log.example/one", "7", 1_700_000_000
LOG_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
WITNESS_KEYS = [Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2, 3)]
STRANGER = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
WHEN = "2026-01-31T12:00:00Z"
CARD, CARD_PROOF = "labour-card.json", "labour-card.tlog-proof"
ENTRIES, ENTRIES_PROOF = "entries.bin", "entries.tlog-proof"
ROWS, SIGNED, MANIFEST = "rows.json", "countersignatures.json", "manifest.json"
ANSWERS, LABELS, README = "data/answers.jsonl", "data/labels.jsonl", "README.md"
FINE, REFUSED, UNREADABLE = 0, 1, 2

type Json = dict[str, Any]
type Files = dict[str, bytes]
type Change = Callable[[Files], Files]


def canonical(document: object) -> bytes:
    """Write RFC 8785; every name here is ASCII, and every number whole."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.encode()


def public_of(key: Ed25519PrivateKey) -> bytes:
    """Return the public bytes of a key."""
    return key.public_key().public_bytes_raw()


def base58(raw: bytes) -> str:
    """Write base 58 behind the letter z."""
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    number, text = int.from_bytes(raw), ""
    while number:
        number, rest = divmod(number, 58)
        text = alphabet[rest] + text
    return "z" + "1" * (len(raw) - len(raw.lstrip(b"\x00"))) + text


def sign(document: Json, key: Ed25519PrivateKey = LOG_KEY) -> bytes:
    """Sign a document with eddsa-jcs-2022, and write it."""
    bare = {name: part for name, part in document.items() if name != "proof"}
    did = base58(b"\xed\x01" + public_of(key))
    proof: Json = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "created": WHEN,
        "verificationMethod": f"did:key:{did}#{did}",
        "proofPurpose": "assertionMethod",
    }
    if "@context" in bare:
        proof["@context"] = bare["@context"]
    message = sha256(canonical(proof)).digest() + sha256(canonical(bare)).digest()
    return canonical({**bare, "proof": {**proof, "proofValue": base58(key.sign(message))}})


def leaf(entry: bytes) -> bytes:
    """Hash a leaf."""
    return sha256(b"\x00" + entry).digest()


def root_of(hashes: list[bytes]) -> bytes:
    """Hash a tree as RFC 6962."""
    if not hashes[1:]:
        return hashes[0] if hashes else sha256().digest()
    half = 1 << ((len(hashes) - 1).bit_length() - 1)
    return sha256(b"\x01" + root_of(hashes[:half]) + root_of(hashes[half:])).digest()


def file_of(path: str, content: bytes) -> Json:
    """List a file."""
    return {"path": path, "sha256": sha256(content).hexdigest(), "size": len(content)}


def note_of(text: str, witnesses: int = 2) -> bytes:
    """Sign a checkpoint as the log and its witnesses."""
    raw = public_of(LOG_KEY)
    lines = [(LOG, 1, raw, LOG_KEY.sign(text.encode()))]
    for number, key in enumerate(WITNESS_KEYS[:witnesses], 1):
        message = f"cosignature/v1\ntime {SEEN_S}\n{text}".encode()
        signature = SEEN_S.to_bytes(8) + key.sign(message)
        lines.append((f"witness.example/{number}", 4, public_of(key), signature))
    note = f"{text}\n"
    for name, kind, public, signature in lines:
        key_id = sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]
        note += f"— {name} {base64.b64encode(key_id + signature).decode()}\n"
    return note.encode()


def entries_in(raw: bytes) -> list[bytes]:
    """Split entries.bin."""
    entries: list[bytes] = []
    while raw:
        size = int.from_bytes(raw[:2])
        entries.append(raw[2 : 2 + size])
        raw = raw[2 + size :]
    return entries


def join(entries: list[bytes]) -> bytes:
    """Write entries.bin."""
    return b"".join(len(entry).to_bytes(2) + entry for entry in entries)


def seal(files: Mapping[str, bytes], key: Ed25519PrivateKey = LOG_KEY, **changes: object) -> Files:
    """List and sign all files again, as whoever has the log's key can at any time."""
    bare = {path: content for path, content in files.items() if path != MANIFEST}
    manifest: Json = json.loads(files[MANIFEST])
    manifest["files"] = [file_of(path, bare[path]) for path in sorted(bare)]
    return {**bare, MANIFEST: sign({**manifest, **changes}, key)}


def log_again(
    files: Files,
    kind: str = "card",
    origin: str = f"{LOG}/{PROJECT}",
    witnesses: int = 2,
    facts: Json | None = None,
) -> Files:
    """Log the card and the entries that are there in another log of two, and prove both."""
    entries = entries_in(files[ENTRIES])
    root = root_of([leaf(entry) for entry in entries])
    head = facts or {"n": len(entries), "o": origin, "r": root.hex()}
    digest = {"sha256": sha256(files[CARD]).hexdigest()}
    whole = [
        canonical({"f": head, "p": PROJECT, "t": "checkpoint", "v": 1}),
        canonical({"f": digest, "p": PROJECT, "t": kind, "v": 1}),
    ]
    hashes = [leaf(entry) for entry in whole]
    note = note_of(f"{LOG}\n2\n{base64.b64encode(root_of(hashes)).decode()}\n", witnesses)
    proofs = {
        path: b"\n".join([
            b"c2sp.org/tlog-proof@v1",
            b"extra " + base64.b64encode(whole[at]),
            b"index %d" % at,
            base64.b64encode(hashes[1 - at]),
            b"",
            note,
        ])
        for at, path in enumerate((ENTRIES_PROOF, CARD_PROOF))
    }  # fmt: skip
    return seal({**files, **proofs})


def card_again(files: Files, change: Callable[[Json], None] | None = None) -> Files:
    """Write a card of the files that are there, changed; sign it, log it and list it."""
    card: Json = json.loads(files[CARD])
    about = card["credentialSubject"]
    bound = sorted(set(files) - {CARD, CARD_PROOF, ENTRIES_PROOF, MANIFEST})
    about["files"] = [file_of(path, files[path]) for path in bound]
    about["tree"] = root_of([leaf(canonical(entry)) for entry in about["files"]]).hex()
    if change:
        change(card)
    return log_again({**files, CARD: sign(card)})


def on_card(change: Callable[[Json], None]) -> Change:
    """Change a card, then sign it, log it and list it."""
    return lambda files: card_again(files, change)


def about_card(change: Callable[[Json], None]) -> Change:
    """Change what a card says of its dataset."""
    return on_card(lambda card: change(card["credentialSubject"]))


def figure(name: str, **changes: object) -> Change:
    """Change a figure of the card."""
    return about_card(lambda about: about["figures"][name].update(changes))


def edit(path: str, old: bytes, new: bytes) -> Change:
    """Change bytes of a file, and nothing else."""

    def change(files: Files) -> Files:
        if old not in files[path]:
            raise ValueError(f"{path} does not hold {old!r}")
        return {**files, path: files[path].replace(old, new, 1)}

    return change


def then(*changes: Change) -> Change:
    """Do several changes in order."""

    def change(files: Files) -> Files:
        for one in changes:
            files = one(files)
        return files

    return change


def on_document(path: str, change: Callable[[Json], None]) -> Change:
    """Change a JSON file; the card of it is signed and logged again."""

    def changed(files: Files) -> Files:
        document: Json = json.loads(files[path])
        change(document)
        return card_again({**files, path: canonical(document)})

    return changed


def on_entries(change: Callable[[list[bytes]], list[bytes]]) -> Change:
    """Change the project's log; card, proofs and list follow."""
    return lambda files: card_again({**files, ENTRIES: join(change(entries_in(files[ENTRIES])))})


def without(path: str) -> Change:
    """Remove a file, and nothing else."""
    return lambda files: {name: content for name, content in files.items() if name != path}


def with_file(path: str, content: bytes = b"x\n") -> Change:
    """Add a file, and nothing else."""
    return lambda files: {**files, path: content}


def _grade_up(about: Json) -> None:
    about["figures"]["workforce"]["grade"] = "PROVEN"


def _figure_more(about: Json) -> None:
    about["figures"]["happiness"] = {"unknown": "not measured"}


def _figure_less(about: Json) -> None:
    del about["figures"]["platform"]


def _no_readme(about: Json) -> None:
    about["files"] = [entry for entry in about["files"] if entry["path"] != README]


def _no_rows(about: Json) -> None:
    about["files"] = [entry for entry in about["files"] if entry["path"] != ROWS]


def _drop_row(rows: Json) -> None:
    rows["pay"].pop()


def _upside_down(rows: Json) -> None:
    low, high, *rest = rows["pay"][0]
    rows["pay"][0] = [high, low, *rest]


def _fewer_steps(document: Json) -> None:
    document["lines"][0]["steps"] -= 1


def _other_nonce(document: Json) -> None:
    document["lines"][0]["nonce"] = "00" * 32


def _same_person(document: Json) -> None:
    document["lines"].append({**document["lines"][-1], "key": "ff" * 32, "end": "ff" * 32})


def _hours_more(about: Json) -> None:
    about["figures"]["material"]["value"]["parts"][0]["hours_tenths"][1] += 1


def _consent_better(about: Json) -> None:
    about["figures"]["material"]["value"]["parts"][0]["consent"] = "opt_in"


def _silent(about: Json) -> None:
    for name in ("material", "sources"):
        about["figures"][name] = {"unknown": "not declared"}


def _sources_alone(about: Json) -> None:
    about["figures"]["material"] = {"unknown": "not declared"}


def _two_contexts(card: Json) -> None:
    card["@context"] = card["@context"][:1]


def _other_formats(about: Json) -> None:
    about["version"] = 2
    for name in ("training", "material", "sources"):
        del about["figures"][name]


def claim(name: str, value: object, unit: str, grade: str) -> Callable[[Json], None]:
    """Put a figure on the card, whatever it said before."""

    def change(about: Json) -> None:
        about["figures"][name] = {"grade": grade, "unit": unit, "value": value}

    return change


def logged(kind: str, *facts: Json | None) -> Change:
    """Add entries to the project's log: open ones with facts, others with a commitment."""

    def entry(number: int, fact: Json | None) -> bytes:
        commitment = sha256(f"{kind} {number}".encode()).hexdigest()
        shown: Json = {"c": commitment} if fact is None else {"f": fact}
        return canonical({**shown, "p": PROJECT, "t": kind, "v": 1})

    more = [entry(number, fact) for number, fact in enumerate(facts)]
    return on_entries(lambda entries: [*entries, *more])


def _disputed(files: Files) -> Files:
    """Take answers of several people to a task; the card says how many there are."""
    tables = {f"data/{file.name}": file.read_bytes() for file in sorted(DISPUTED.iterdir())}

    def counted(about: Json) -> None:
        about["figures"]["answers"]["value"] = 5
        about["figures"]["answers_per_item"]["value"] = 2500

    return about_card(counted)({**files, **tables})


APPEALS = logged("appeal.open", None, None)
TEXTS = [sha256(text).hexdigest() for text in (b"read once", b"read twice")]
INSTRUCTIONS = logged("instructions.set", *({"text": text} for text in (*TEXTS, TEXTS[0])))
PRICES = logged("price.set", {"currency": "CAD"}, {"currency": "CAD"})


def _swap(entries: list[bytes]) -> list[bytes]:
    return [entries[1], entries[0], *entries[2:]]


def _swap_files(files: Files) -> Files:
    """Swap two entries without another card: the logged root is of the order before."""
    return seal({**files, ENTRIES: join(_swap(entries_in(files[ENTRIES])))})


def _by_stranger(files: Files) -> Files:
    return seal({**files, CARD: sign(json.loads(files[CARD]), STRANGER)})


def _no_proof(files: Files) -> Files:
    return {**files, MANIFEST: canonical({**json.loads(files[MANIFEST]), "proof": []})}


def _other_suite(files: Files) -> Files:
    manifest: Json = json.loads(files[MANIFEST])
    manifest["proof"]["cryptosuite"] = "eddsa-rdfc-2022"
    return {**files, MANIFEST: canonical(manifest)}


def _spaces(files: Files) -> Files:
    return {**files, MANIFEST: json.dumps(json.loads(files[MANIFEST]), indent=1).encode()}


def _fraction(files: Files) -> Files:
    return card_again({**files, ROWS: files[ROWS].replace(b'"v":1', b'"v":1.0')})


def _rehashed(files: Files) -> Files:
    return log_again(edit(README, b"# digits", b"# DIGITS")(files))


CASES: dict[str, tuple[int, str, Change]] = {
    "good": (FINE, "nothing is wrong", dict),
    "written-again": (FINE, "signed and logged again, unchanged", card_again),
    "figure-unknown": (FINE, "a figure that the bundle shows may be unknown on the card",
        about_card(lambda about: about["figures"].update(answers={"unknown": "withheld"}))),
    "grade-lower": (FINE, "a card may claim less than is shown",
        figure("answers", grade="ASSERTED")),
    "label-changed": (REFUSED, "a file is not the one that is listed",
        edit(ANSWERS, b'"oui"', b'"non"')),
    "label-changed-listed": (REFUSED, "the card names another file",
        then(edit(ANSWERS, b'"oui"', b'"non"'), seal)),
    "label-changed-one-form": (REFUSED, "JSON lines are not the table that CSV holds",
        then(edit(ANSWERS, b'"oui"', b'"non"'), card_again)),
    "csv-changed": (REFUSED, "CSV is not the table that JSON lines hold",
        then(edit("data/labels.csv", b"oui", b"non"), card_again)),
    "parquet-cut": (UNREADABLE, "a Parquet file without its end",
        lambda files: card_again(
            {**files, "data/labels.parquet": files["data/labels.parquet"][:-3]})),
    "form-missing": (UNREADABLE, "a table without its CSV",
        lambda files: card_again(without("data/labels.csv")(files))),
    "file-missing": (REFUSED, "a listed file is missing", without(README)),
    "card-missing": (UNREADABLE, "no card", without(CARD)),
    "file-added": (REFUSED, "a file that is not listed", with_file("data/more.csv")),
    "file-added-listed": (REFUSED, "a file that the card does not name",
        then(with_file("data/more.csv"), seal)),
    "readme-changed-listed": (REFUSED, "the card names another README.md", _rehashed),
    "hidden-file": (UNREADABLE, "a path outside the alphabet, listed",
        then(with_file("data/.hidden"), seal)),
    "manifest-spaces": (UNREADABLE, "JSON that is not in canonical form", _spaces),
    "manifest-version": (UNREADABLE, "a format that does not exist",
        lambda files: seal(files, version=9)),
    "manifest-by-another": (REFUSED, "a list signed by another key",
        lambda files: seal(files, STRANGER)),
    "manifest-no-proof": (UNREADABLE, "a document with an empty list of proofs", _no_proof),
    "manifest-other-suite": (REFUSED, "a document with no signature of eddsa-jcs-2022",
        _other_suite),
    "card-by-another": (REFUSED, "a card that was not logged", _by_stranger),
    "card-context": (UNREADABLE, "another @context", on_card(_two_contexts)),
    "card-expires": (REFUSED, "a card that holds validUntil",
        on_card(lambda card: card.update(validUntil=WHEN))),
    "card-format": (REFUSED, "card and manifest are of two formats", about_card(_other_formats)),
    "card-number": (UNREADABLE, "a first card that names one before",
        about_card(lambda about: about.update(previous="0" * 64))),
    "card-tree": (REFUSED, "another tree hash",
        about_card(lambda about: about.update(tree="0" * 64))),
    "card-leaves-rows": (UNREADABLE, "a needed file is not on the card", about_card(_no_rows)),
    "card-leaves-readme": (REFUSED, "a listed file is not on the card", about_card(_no_readme)),
    "figure-more": (UNREADABLE, "a figure that no card has", about_card(_figure_more)),
    "figure-less": (UNREADABLE, "a figure is missing", about_card(_figure_less)),
    "figure-grade": (UNREADABLE, "a grade that the figure cannot have", about_card(_grade_up)),
    "figure-unit": (UNREADABLE, "another unit", figure("answers", unit="labels")),
    "figure-unit-null": (UNREADABLE, "null as a unit", figure("workforce", unit=None)),
    "figure-unit-list": (UNREADABLE, "a list as a unit", figure("workforce", unit=["text"])),
    "figure-simulated": (UNREADABLE, "a figure says simulated, and the card does not",
        figure("answers", simulated=True)),
    "figure-answers": (REFUSED, "another number of answers than there are lines",
        figure("answers", value=5)),
    "figure-median": (REFUSED, "another median than the rows give",
        figure("pay_people_p50", value=21_000_000)),
    "figure-yes": (REFUSED, "true where a number is shown", figure("answers", value=True)),
    "rows-less": (REFUSED, "rows that give other figures", on_document(ROWS, _drop_row)),
    "rows-none": (
        FINE,
        "rows that show nothing: what the card says of pay is only ASSERTED",
        on_document(ROWS, lambda rows: rows.update(pay=[])),
    ),
    "rows-upside-down": (UNREADABLE, "a row whose edges are swapped",
        on_document(ROWS, _upside_down)),
    "rows-fraction": (UNREADABLE, "1.0 where JSON has 1", _fraction),
    "rows-simulated": (REFUSED, "rows say simulated, and the card does not",
        on_document(ROWS, lambda rows: rows.update(simulated=True))),
    "entries-swapped": (REFUSED, "entries hash to another root", _swap_files),
    "entry-twice": (REFUSED, "one commitment twice",
        on_entries(lambda entries: [entries[0], *entries])),
    "entry-long": (UNREADABLE, "an entry of over 1,024 bytes", on_entries(
        lambda entries: [*entries, canonical(
            {"f": {"note": "x" * 1100}, "p": PROJECT, "t": "note", "v": 1})])),
    "entry-of-another": (UNREADABLE, "an entry of another project", on_entries(
        lambda entries: [*entries, canonical({"c": "1f" * 32, "p": "8", "t": "answer", "v": 1})])),
    "entries-cut": (UNREADABLE, "the file ends within an entry",
        lambda files: card_again({**files, ENTRIES: files[ENTRIES] + b"\x00"})),
    "origin-of-another": (REFUSED, "the project's log has another name",
        lambda files: log_again(files, origin=f"{LOG}/8")),
    "checkpoint-shape": (UNREADABLE, "the project's checkpoint lacks a field",
        lambda files: log_again(files, facts={"n": 5, "r": "0" * 64})),
    "logged-as-note": (REFUSED, "logged, but not as a card",
        lambda files: log_again(files, kind="note")),
    "one-witness": (REFUSED, "the policy asks for two witnesses",
        lambda files: log_again(files, witnesses=1)),
    "index-changed": (REFUSED, "a path that leads to another root",
        then(edit(CARD_PROOF, b"index 1", b"index 0"), seal)),
    "index-spelt": (UNREADABLE, "a number with a leading zero",
        then(edit(CARD_PROOF, b"index 1", b"index 01"), seal)),
    "signed-fewer-steps": (REFUSED, "a chain that does not end where it should",
        on_document(SIGNED, _fewer_steps)),
    "signed-not-logged": (REFUSED, "a countersignature that was not logged",
        on_document(SIGNED, _other_nonce)),
    "signed-twice": (REFUSED, "one person twice", on_document(SIGNED, _same_person)),
    "signed-uncounted": (REFUSED, "the card says another number of people",
        figure("confirmed_people", value=13)),
    "material-hours": (REFUSED, "hours that are not count times seconds", about_card(_hours_more)),
    "material-consent": (REFUSED, "another hash of the description",
        about_card(_consent_better)),
    "material-silent": (REFUSED, "the log holds a description, and the card none",
        about_card(_silent)),
    "material-sources-alone": (UNREADABLE, "sources without material",
        about_card(_sources_alone)),
    "training-unknown": (FINE, "no paid training is told",
        about_card(lambda about: about["figures"].update(training={"unknown": "not measured"}))),
    "training-graded": (UNREADABLE, "training that claims to be recomputed",
        figure("training", grade="RECOMPUTED")),
    "training-unit": (UNREADABLE, "training in another unit", figure("training", unit="hours")),
    "appeals-shown": (FINE, "two appeals, as the log has",
        then(APPEALS, about_card(claim("appeals", 2, "appeals", "PROVEN")))),
    "appeals-fewer": (REFUSED, "one appeal, where the log has two",
        then(APPEALS, about_card(claim("appeals", 1, "appeals", "PROVEN")))),
    "appeals-claimed": (FINE, "another number of appeals that claims no proof",
        then(APPEALS, about_card(claim("appeals", 1, "appeals", "ASSERTED")))),
    "instructions-shown": (FINE, "two texts, each once, in the order of the log",
        then(INSTRUCTIONS, about_card(claim(
            "instructions", TEXTS, "sha256 of versions", "PROVEN")))),
    "instructions-order": (REFUSED, "the same texts in another order",
        then(INSTRUCTIONS, about_card(claim(
            "instructions", TEXTS[::-1], "sha256 of versions", "PROVEN")))),
    "currency-logged": (FINE, "the currency of every price in the log",
        then(PRICES, figure("currency", grade="PROVEN"))),
    "currency-other": (REFUSED, "prices in the log are of another currency",
        then(logged("price.set", {"currency": "EUR"}), figure("currency", grade="PROVEN"))),
    "agreement-shown": (FINE, "alpha of 5 answers to two tasks is a third",
        then(_disputed, about_card(claim("agreement", 333, "thousandths", "RECOMPUTED")))),
    "agreement-higher": (REFUSED, "alpha a thousandth too high",
        then(_disputed, about_card(claim("agreement", 334, "thousandths", "RECOMPUTED")))),
    "agreement-claimed": (FINE, "another alpha that claims only to be said",
        then(_disputed, about_card(claim("agreement", 900, "thousandths", "ASSERTED")))),
}  # fmt: skip
"""Each case: the exit code, why, and what is done to the good bundle."""


def read_good() -> Files:
    """Read the good bundle."""
    return {
        path.relative_to(GOOD).as_posix(): path.read_bytes()
        for path in sorted(GOOD.rglob("*"))
        if path.is_file()
    }


def write_bundles(place: Path) -> None:
    """Write every case, the policy and the verdicts."""
    good = read_good()
    for name, (_code, _why, change) in CASES.items():
        for path, content in change(dict(good)).items():
            file = place / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
    (place / "policy.txt").write_bytes(POLICY.read_bytes())
    verdicts = {name: {"exit": code, "why": why} for name, (code, why, _change) in CASES.items()}
    (place / "expected.json").write_text(json.dumps(verdicts, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_bundles(Path(sys.argv[1]))
