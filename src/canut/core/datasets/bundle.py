"""Verify a whole bundle offline: its log, its witnesses, the grade of each figure.

A bundle is data, a card, proofs, anonymous rows and a signed manifest. The logged card binds every
file by a tree hash, except those that depend on its place in the log; in format 1 it named some
files only. Each line of the verdict has
the grade this bundle really reaches, whatever the card claims: PROVEN by hashes and signatures,
RECOMPUTED from the rows, else ASSERTED. Trust comes from a policy, never from the bundle.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from types import MappingProxyType
from typing import NamedTuple, cast

from canut.core.clock import HOUR_MS
from canut.core.datasets import anonymous_rows
from canut.core.datasets.card import NEVER_PROVED, Grade, fields_of, read_card
from canut.core.datasets.card_material import MATERIAL, check_logged
from canut.core.datasets.figures.shown_figures import AGREEMENT, nominal_alpha, shown_by_log
from canut.core.datasets.file_tree import File, tree_of
from canut.core.datasets.log_recount import Recount, recount
from canut.core.datasets.manifest import (
    FIRST_VERSION,
    MANIFEST,
    BundleFiles,
    Manifest,
    check_files,
    read_files,
    read_manifest,
)
from canut.core.datasets.signed_work import Confirmed, count_confirmed, read_lines
from canut.core.datasets.table_forms import TABLES, check_forms
from canut.core.errors import BadProof, NotProven
from canut.core.ledger.log import Entry, read_entry
from canut.core.ledger.logged_file import Logged, prove_file
from canut.core.proofs.did_key import did_of
from canut.core.proofs.note import read_note
from canut.core.proofs.policy import AcceptedCheckpoint, TrustPolicy
from canut.core.proofs.tlog_proof import read_proof, verify_proof

CARD, CARD_PROOF = "labour-card.json", "labour-card.tlog-proof"
ENTRIES, ENTRIES_PROOF = "entries.bin", "entries.tlog-proof"
ROWS = "rows.json"
SIGNED = "countersignatures.json"  # bundles made before people could sign have none
ANSWERS, LABELS = "data/answers.jsonl", "data/labels.jsonl"
NEEDED = frozenset({CARD, CARD_PROOF, ENTRIES, ENTRIES_PROOF, ROWS, ANSWERS, LABELS, MANIFEST})
CARDED = NEEDED - {CARD, CARD_PROOF, ENTRIES_PROOF, MANIFEST}
AFTER_CARD = frozenset({CARD, CARD_PROOF, ENTRIES_PROOF})  # no card can name them
ANSWER = "answer"
MOST_NAMED = 5
UNBOUND = (
    "not shown here: that the rows of data/ are the answers in the log; labels changed before the "
    "card was logged would not be noticed; ask for rows that your seed draws to be opened"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FAR_S = 2**37


class VerdictLine(NamedTuple):
    """One finding and its grade; no grade if nothing is claimed.

    ``text`` is for programs. ``kind`` and ``facts`` are for ``verdict_texts``, for people.
    """

    grade: Grade | None
    text: str
    kind: str = ""
    facts: Mapping[str, object] = MappingProxyType({})


class CardPlace(NamedTuple):
    """Which card of its dataset a card is: its number, its SHA-256, and that of the one before."""

    number: int
    sha256: str
    previous: str


class Ends(NamedTuple):
    """Ends of the logs when a bundle was made: of the project's log, and of the global one.

    ``card`` is None in format 1, whose cards have no number.
    """

    project: str
    size: int
    root: bytes
    judged: AcceptedCheckpoint
    card: CardPlace | None = None


class BundleVerdict(NamedTuple):
    """The result of a verification under a policy: the dataset, and its graded lines."""

    dataset: str
    is_simulated: bool
    is_witnessed: bool
    lines: tuple[VerdictLine, ...]
    figures: Mapping[str, Grade]
    ends: Ends
    never: tuple[str, ...]


def verify_bundle(files: BundleFiles, policy: TrustPolicy) -> BundleVerdict:
    """Verify a bundle under a policy.

    Args:
        files: the bundle.
        policy: trusted logs and witnesses, from another source than the bundle.

    Raises:
        BadProof: something cannot be read.
        NotProven: something is well formed but false; the message says what.
    """
    for path in sorted(NEEDED - files.paths):
        raise BadProof(f"there is no {path!a}: this is no whole bundle")
    card_raw = files.read(CARD)
    logged = prove_file(card_raw, files.read(CARD_PROOF), policy)
    if logged.entry.kind != "card":
        raise NotProven(f"{CARD} was logged as {logged.entry.kind!a}, not as a card")
    issuer = logged.judged.log.public
    listed = read_manifest(files.read(MANIFEST), issuer)
    check_files(files, listed.files)
    about = read_card(card_raw, issuer)
    carded = _bound_files(about, listed)
    if listed.version != FIRST_VERSION:
        _check_tables(files)
    counted = _recounted(files, policy, logged)
    kinds = counted.kinds
    proven, unseen = _shown(files, counted, about)
    confirmed = None
    if SIGNED in files.paths:
        if SIGNED not in carded:
            raise NotProven(f"the card does not name {SIGNED!a}")
        origin = f"{logged.judged.checkpoint.origin}/{logged.entry.project}"
        confirmed = _confirmed(files.read(SIGNED), origin, counted, about)
        proven["confirmed_people"] = (Grade.CONFIRMED, confirmed.people)
        proven["confirmed_hours"] = (Grade.CONFIRMED, confirmed.ms)
    place = _card_place(about, card_raw)
    did, answers = did_of(issuer), kinds.get(ANSWER, 0)
    again = (
        f"{counted.size} entries of the project's log counted again, "
        f"{answers} of them answers: none removed, changed or moved"
    )
    lines = [
        *_logged_lines(logged),
        VerdictLine(Grade.PROVEN, f"signed by {did}", "signed", {"did": did}),
        *_number_lines(place),
        *_file_lines(carded, listed),
        VerdictLine(
            Grade.PROVEN, again, "recounted", {"entries": counted.size, "answers": answers}
        ),
        VerdictLine(None, UNBOUND, "unbound"),
    ]
    figures = cast("dict[str, dict[str, object]]", about["figures"])
    names = fields_of(cast("int", about["version"]))
    if MATERIAL in names:
        lines += _material_lines(check_logged(figures, counted.material))
    grades = {name: _grade(name, figures[name], proven) for name in names}
    currency = figures["currency"].get("value", "")
    if confirmed is not None and confirmed.people:
        lines.append(_confirmed_line(confirmed, figures))
    lines += [_figure_line(name, figures[name], grades[name], currency) for name in names]
    lines.append(_reach_line(grades))
    lines += unseen
    return BundleVerdict(
        str(about.get("name")),
        about["simulated"] is True,
        logged.judged.is_witnessed,
        tuple(lines),
        {name: grade for name, grade in grades.items() if grade is not None},
        Ends(logged.entry.project, counted.size, counted.root, logged.judged, place),
        NEVER_PROVED,
    )


def _bound_files(about: Mapping[str, object], listed: Manifest) -> Mapping[str, File]:
    """Return the files that the logged card binds.

    Raises:
        BadProof: the card leaves out a file that its figures rest on.
        NotProven: card and manifest do not name the same files, or the tree hash is of others.
    """
    carded = read_files(about.get("files"))
    for path in sorted(CARDED - set(carded)):
        raise BadProof(f"the card does not name {path!a}")
    for path, file in carded.items():
        if listed.files.get(path) != file:
            raise NotProven(f"the card names another {path!a} than the one that is there")
    if about["version"] != listed.version:
        raise NotProven(
            f"the card is of format {about['version']}, and {MANIFEST} of format {listed.version}"
        )
    if listed.version == FIRST_VERSION:
        return carded
    for path in sorted(set(listed.files) - AFTER_CARD - set(carded)):
        raise NotProven(f"the card does not name {path!a}")
    if tree_of(carded.values()) != about["tree"]:
        raise NotProven("the tree hash on the card is not that of its files")
    return carded


def _card_place(about: Mapping[str, object], raw: bytes) -> CardPlace | None:
    """Return which card of its dataset this is; None in format 1."""
    match about:
        case {"number": int(number), "previous": str(previous)} if about["version"] != 1:
            return CardPlace(number, sha256(raw).hexdigest(), previous)
        case _:
            return None


def _material_lines(number: int | None) -> list[VerdictLine]:
    """State that the declared origin of the material is the last one of the log."""
    if number is None:
        return []
    text = f"the origin of the material, version {number}, is the last one in the project's log"
    return [VerdictLine(Grade.PROVEN, text, "material", {"number": number})]


def _number_lines(place: CardPlace | None) -> list[VerdictLine]:
    if place is None:
        return []
    text = f"card {place.number} of this dataset; nothing here shows whether there is a newer one"
    return [VerdictLine(Grade.ASSERTED, text, "number", {"number": place.number})]


def _file_lines(carded: Mapping[str, File], listed: Manifest) -> list[VerdictLine]:
    """State which files the logged card binds, and which it does not."""
    count = len(carded)
    others = sorted({*listed.files, MANIFEST} - set(carded))
    names = ", ".join(others[:MOST_NAMED]) + (", …" if others[MOST_NAMED:] else "")
    facts = {"count": count, "names": names}
    if listed.version == FIRST_VERSION:
        bound = f"{count} files are those that the logged card names"
        notice = f"format 1: the logged card does not name {names}; whoever has the key could"
        return [
            VerdictLine(Grade.PROVEN, bound, "files-some", facts),
            VerdictLine(None, f"{notice} change or add such files later", "format-1", facts),
        ]
    bound = f"{count} files are those that the logged card names, and no others"
    notice = f"not in the hash on the card, since they depend on its place in the log: {names}"
    return [
        VerdictLine(Grade.PROVEN, bound, "files", facts),
        VerdictLine(Grade.PROVEN, "CSV, JSON lines and Parquet hold the same rows", "forms"),
        VerdictLine(None, notice, "after-card", facts),
    ]


def _check_tables(files: BundleFiles) -> None:
    """Check that the forms of each table hold the same rows."""
    for table in TABLES:
        paths = [f"{table}.{form}" for form in ("jsonl", "csv", "parquet")]
        for path in paths:
            if path not in files.paths:
                raise BadProof(f"there is no {path!a}: this is no whole bundle")
        check_forms(table, *(files.read(path) for path in paths))


def signers_of(files: BundleFiles) -> list[str]:
    """List the names and key ids on the card's checkpoint, without verifying them.

    Raises:
        BadProof: the proof cannot be read.
    """
    if CARD_PROOF not in files.paths:
        raise BadProof(f"there is no {CARD_PROOF!a}: this is no whole bundle")
    note = read_note(read_proof(files.read(CARD_PROOF)).checkpoint)
    return [f"{line.name}+{line.id.hex()}" for line in note.lines]


def _recounted(files: BundleFiles, policy: TrustPolicy, logged: Logged) -> Recount:
    """Recount the project's log and verify that its root is in the global log."""
    proof = read_proof(files.read(ENTRIES_PROOF))
    if proof.extra is None:
        raise BadProof(f"{ENTRIES_PROOF} holds no entry as its extra")
    entry = read_entry(proof.extra)
    judged = verify_proof(proof, proof.extra, policy)
    project = logged.entry.project
    size, root = _said(entry, judged, project)
    if judged.log != logged.judged.log or entry.project != project:
        raise NotProven(f"{ENTRIES_PROOF} is of another log, or of another project, than the card")
    counted = recount(files.read(ENTRIES), project)
    if (counted.size, counted.root.hex()) != (size, root):
        raise NotProven(
            f"{ENTRIES} is not the project’s log: {counted.size} entries hash to another root "
            f"than the {size} that were logged"
        )
    return counted


def _said(entry: Entry, judged: AcceptedCheckpoint, project: str) -> tuple[int, str]:
    match entry.facts:
        case {"o": str(origin), "n": int(size), "r": str(root)} if entry.kind == "checkpoint":
            pass
        case _:
            raise BadProof(f"{ENTRIES_PROOF} is not of a project's checkpoint")
    if origin != f"{judged.checkpoint.origin}/{project}":
        raise NotProven(f"{ENTRIES_PROOF} is of the log {origin!a}, not of this project’s")
    return size, root


def _shown(
    files: BundleFiles, recounted: Recount, about: Mapping[str, object]
) -> tuple[dict[str, tuple[Grade, object]], list[VerdictLine]]:
    """Compute the figures the bundle proves, and raise if the card contradicts them."""
    rows = anonymous_rows.read_rows(files.read(ROWS))
    if rows.is_simulated != about["simulated"]:
        raise NotProven(f"{ROWS} and the card do not agree on whether people are simulated")
    answers = _count_lines(files.read(ANSWERS), ANSWERS)
    items = _count_lines(files.read(LABELS), LABELS)
    logged = recounted.kinds.get(ANSWER, 0)
    if answers > logged:
        raise NotProven(f"{ANSWERS} holds {answers} answers; the log has {logged}")
    counted: dict[str, int] = {"answers": answers, "items": items, "logged_answers": logged}
    if items:
        counted["answers_per_item"] = answers * 1000 // items
    proven: dict[str, tuple[Grade, object]] = {
        name: (Grade.PROVEN, value) for name, value in counted.items()
    }
    recomputed = anonymous_rows.figures_of(rows)
    people = recomputed.pop("people", None)
    proven |= {name: (Grade.RECOMPUTED, value) for name, value in recomputed.items()}
    figures = cast("dict[str, dict[str, object]]", about["figures"])
    claimed_people = figures["people"].get("value")
    is_held = Grade.RECOMPUTED.name == figures["people"].get("grade")
    if people is not None and (claimed_people == people or is_held):
        proven["people"] = (Grade.RECOMPUTED, people)
    proven |= _claimed(files, recounted, figures)
    for name in sorted(proven):
        value = proven[name][1]
        claimed = figures[name].get("value", value)
        if claimed != value or type(claimed) is not type(value):
            raise NotProven(f"the card says {name} is {claimed!a}; the bundle shows {value!a}")
    if people == claimed_people:
        return proven, []
    note = f"{people or 0} people in the rows"
    return proven, [VerdictLine(None, note, "rows", {"people": people or 0})]


def _claimed(
    files: BundleFiles, recounted: Recount, figures: Mapping[str, Mapping[str, object]]
) -> dict[str, tuple[Grade, object]]:
    """Compute the figures that log and answers show, of those for which the card claims as much."""

    def claims(name: str, grade: Grade) -> bool:
        return "value" in figures[name] and Grade[str(figures[name]["grade"])] >= grade

    shown = shown_by_log(recounted.kinds, recounted.facts)
    if claims(AGREEMENT, Grade.RECOMPUTED):
        alpha = nominal_alpha(files.read(ANSWERS).split(b"\n")[:-1])
        if alpha is not None:
            shown[AGREEMENT] = (Grade.RECOMPUTED, alpha)
    return {name: graded for name, graded in shown.items() if claims(name, graded[0])}


def _confirmed(raw: bytes, origin: str, counted: Recount, about: Mapping[str, object]) -> Confirmed:
    """Count countersignatures, and raise if the card contradicts them."""
    confirmed = count_confirmed(read_lines(raw), origin, counted.signed)
    figures = cast("dict[str, dict[str, object]]", about["figures"])
    if confirmed.people and about["simulated"] is True:
        raise NotProven("simulated people sign nothing")
    for name, of, value in (
        ("confirmed_people", "people", confirmed.people),
        ("confirmed_hours", "active_time", confirmed.ms),
    ):
        claimed, whole = figures[name].get("value", value), figures[of].get("value", value)
        if claimed != value or type(claimed) is not int:
            raise NotProven(f"the card says {name} is {claimed!a}; the bundle shows {value!a}")
        if not isinstance(whole, int) or value > whole:
            raise NotProven(f"{SIGNED} confirms more than the card says of {of}")
    return confirmed


def _confirmed_line(
    confirmed: Confirmed, figures: Mapping[str, Mapping[str, object]]
) -> VerdictLine:
    """State how many people confirmed people, time and pay with their own keys."""
    people, hours = confirmed.people, confirmed.ms // HOUR_MS
    all_people, all_ms = (figures[name].get("value") for name in ("people", "active_time"))
    facts: dict[str, object] = {"people": people, "hours": hours}
    if isinstance(all_people, int) and isinstance(all_ms, int):
        facts |= {"of_people": all_people, "of_hours": all_ms // HOUR_MS}
        text = (
            f"{people} of {all_people} people confirmed at least {hours} of {facts['of_hours']} h"
        )
        return VerdictLine(Grade.CONFIRMED, text, "confirmed", facts)
    text = f"{people} people confirmed at least {hours} h"
    return VerdictLine(Grade.CONFIRMED, text, "confirmed-some", facts)


def _count_lines(raw: bytes, path: str) -> int:
    if raw and not raw.endswith(b"\n"):
        raise BadProof(f"{path} does not end with its last line")
    return raw.count(b"\n")


def _grade(
    name: str, figure: Mapping[str, object], proven: Mapping[str, tuple[Grade, object]]
) -> Grade | None:
    """Return the grade of a figure: the lower of what the card claims and what is proven."""
    if "value" not in figure:
        return None
    claimed = Grade[str(figure["grade"])]
    reached = proven[name][0] if name in proven else Grade.ASSERTED
    return min(claimed, reached)


def _figure_line(
    name: str, figure: Mapping[str, object], grade: Grade | None, currency: object
) -> VerdictLine:
    if grade is None:
        reason = figure["unknown"]
        return VerdictLine(
            None, f"{name}: unknown ({reason})", "unknown", {"name": name, "why": reason}
        )
    mark = " (simulated)" if "simulated" in figure else ""
    text = f"{name}: {_written(figure['value'])} {figure['unit']}{mark}"
    facts = {
        "name": name,
        "value": figure["value"],
        "unit": figure["unit"],
        "currency": currency,
        "simulated": "simulated" in figure,
    }
    claimed = Grade[str(figure["grade"])]
    if claimed > grade:
        text += f" (the card says {claimed.name}; nothing here shows it)"
        facts["claimed"] = claimed.name
    return VerdictLine(grade, text, "figure", facts)


def _reach_line(grades: Mapping[str, Grade | None]) -> VerdictLine:
    """State which figures anyone can count again, and which the operator says alone."""
    shown = tuple(name for name, grade in grades.items() if grade and grade > Grade.ASSERTED)
    said = tuple(name for name, grade in grades.items() if grade == Grade.ASSERTED)
    text = f"shown here: {', '.join(shown)}; said by the operator alone: {', '.join(said)}"
    return VerdictLine(None, text, "reach", {"shown": shown, "said": said})


def _written(value: object) -> str:
    """Format a value on one line, without terminal control characters."""
    return ascii(value) if not isinstance(value, int) else str(value)


def _logged_lines(logged: Logged) -> list[VerdictLine]:
    checkpoint = logged.judged.checkpoint
    text = f"{CARD} is entry {logged.place} of {checkpoint.size} in {checkpoint.origin!a}"
    where = {"place": logged.place, "size": checkpoint.size, "origin": checkpoint.origin}
    lines = [VerdictLine(Grade.PROVEN, text, "logged", where)]
    for witness in logged.judged.seen:
        at = f"{_EPOCH + timedelta(seconds=min(witness.at_s, _FAR_S)):%Y-%m-%d %H:%M}"
        text = f"{witness.name!a} saw this log at {at} UTC"
        lines.append(VerdictLine(Grade.PROVEN, text, "seen", {"name": witness.name, "at": at}))
    if not logged.judged.is_witnessed:
        text = "not witnessed: the log alone says that it shows everybody the same"
        lines.append(VerdictLine(Grade.ASSERTED, text, "alone"))
    lines += [
        VerdictLine(
            None,
            f"{name!a} signed too and is not in the policy: not counted",
            "stranger",
            {"name": name},
        )
        for name in logged.judged.uncounted
    ]
    return lines
