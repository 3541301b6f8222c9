"""Check a whole bundle, offline: who logged it, who saw that, and what each figure is worth.

A bundle is data, a card, proofs, anonymous rows and a signed list of them all. Each line that comes
out has the grade this bundle really reaches, whatever the card claims: PROVEN by hashes and
signatures, RECOMPUTED from the rows, else ASSERTED. Whom to trust comes from a policy, never from
the bundle.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple, cast

from canut.core.clock import HOUR_MS
from canut.core.datasets import anonymous_rows
from canut.core.datasets.card import FIELDS, NEVER_PROVED, Grade, read_card
from canut.core.datasets.log_recount import Recount, recount
from canut.core.datasets.manifest import MANIFEST, Files, check_files, read_files, read_manifest
from canut.core.datasets.signed_work import Confirmed, count_confirmed, read_lines
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
ANSWER = "answer"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FAR_S = 2**37


class VerdictLine(NamedTuple):
    """What was found, and how it is known; no grade where nothing is claimed.

    ``text`` says it as data. ``kind`` and ``facts`` are for ``said``, which says it to people.
    """

    grade: Grade | None
    text: str
    kind: str = ""
    facts: Mapping[str, object] = MappingProxyType({})


class Ends(NamedTuple):
    """Where logs stood when a bundle was made: the project's own, and the one of all as judged."""

    project: str
    size: int
    root: bytes
    judged: AcceptedCheckpoint


class BundleVerdict(NamedTuple):
    """What a bundle shows under a policy: its dataset, and line by line what is known how."""

    dataset: str
    is_simulated: bool
    is_witnessed: bool
    lines: tuple[VerdictLine, ...]
    figures: Mapping[str, Grade]
    ends: Ends
    never: tuple[str, ...]


def verify_bundle(files: Files, policy: TrustPolicy) -> BundleVerdict:
    """Check a bundle under a policy.

    Args:
        files: the bundle.
        policy: what is trusted, from elsewhere.

    Raises:
        BadProof: something cannot be read.
        NotProven: something reads well and is not so; the sentence says what.
    """
    for path in sorted(NEEDED - files.paths):
        raise BadProof(f"there is no {path!a}: this is no whole bundle")
    card_raw = files.read(CARD)
    logged = prove_file(card_raw, files.read(CARD_PROOF), policy)
    if logged.entry.kind != "card":
        raise NotProven(f"{CARD} was logged as {logged.entry.kind!a}, not as a card")
    issuer = logged.judged.log.public
    listed = read_manifest(files.read(MANIFEST), issuer)
    check_files(files, listed)
    about = read_card(card_raw, issuer)
    carded = read_files(about.get("files"))
    for path in sorted(CARDED - set(carded)):
        raise BadProof(f"the card does not name {path!a}")
    for path, one in carded.items():
        if listed.get(path) != one:
            raise NotProven(f"the card names another {path!a} than the one that is there")
    counted = _recounted(files, policy, logged)
    kinds = counted.kinds
    shown, unseen = _shown(files, kinds, about)
    confirmed = None
    if SIGNED in files.paths:
        if SIGNED not in carded:
            raise NotProven(f"the card does not name {SIGNED!a}")
        origin = f"{logged.judged.checkpoint.origin}/{logged.entry.project}"
        confirmed = _confirmed(files.read(SIGNED), origin, counted, about)
        shown["confirmed_people"] = (Grade.CONFIRMED, confirmed.people)
        shown["confirmed_hours"] = (Grade.CONFIRMED, confirmed.ms)
    did, answers = did_of(issuer), kinds.get(ANSWER, 0)
    again = (
        f"{counted.size} entries of the project's log counted again, "
        f"{answers} of them answers: none removed, changed or moved"
    )
    held = f"{len(listed)} files are those that are listed, and no others"
    lines = [
        *_logged_lines(logged),
        VerdictLine(Grade.PROVEN, f"signed by {did}", "signed", {"did": did}),
        VerdictLine(Grade.PROVEN, held, "files", {"count": len(listed)}),
        VerdictLine(
            Grade.PROVEN, again, "recounted", {"entries": counted.size, "answers": answers}
        ),
    ]
    figures = cast("dict[str, dict[str, object]]", about["figures"])
    grades = {name: _grade(name, figures[name], shown) for name in FIELDS}
    currency = figures["currency"].get("value", "")
    if confirmed is not None and confirmed.people:
        lines.append(_confirmed_line(confirmed, figures))
    lines += [_figure_line(name, figures[name], grades[name], currency) for name in FIELDS]
    lines += unseen
    return BundleVerdict(
        str(about.get("name")),
        about["simulated"] is True,
        logged.judged.is_witnessed,
        tuple(lines),
        {name: grade for name, grade in grades.items() if grade is not None},
        Ends(logged.entry.project, counted.size, counted.root, logged.judged),
        NEVER_PROVED,
    )


def signers_of(files: Files) -> list[str]:
    """List who signed the card's checkpoint by their own word, unchecked: name and key number.

    Raises:
        BadProof: the proof cannot be read.
    """
    if CARD_PROOF not in files.paths:
        raise BadProof(f"there is no {CARD_PROOF!a}: this is no whole bundle")
    note = read_note(read_proof(files.read(CARD_PROOF)).checkpoint)
    return [f"{one.name}+{one.id.hex()}" for one in note.lines]


def _recounted(files: Files, policy: TrustPolicy, logged: Logged) -> Recount:
    """Count the project's log again, and check that its root stands in the log of all."""
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
    files: Files, kinds: Mapping[str, int], about: Mapping[str, object]
) -> tuple[dict[str, tuple[Grade, object]], list[VerdictLine]]:
    """Find what the bundle shows by itself, and refuse a card that says otherwise."""
    read = anonymous_rows.read_rows(files.read(ROWS))
    if read.is_simulated != about["simulated"]:
        raise NotProven(f"{ROWS} and the card do not agree on whether people are simulated")
    answers = _count_lines(files.read(ANSWERS), ANSWERS)
    items = _count_lines(files.read(LABELS), LABELS)
    logged = kinds.get(ANSWER, 0)
    if answers > logged:
        raise NotProven(f"{ANSWERS} holds {answers} answers; the log has {logged}")
    counted: dict[str, int] = {"answers": answers, "items": items, "logged_answers": logged}
    if items:
        counted["answers_per_item"] = answers * 1000 // items
    shown: dict[str, tuple[Grade, object]] = {
        name: (Grade.PROVEN, value) for name, value in counted.items()
    }
    found = anonymous_rows.figures_of(read)
    people = found.pop("people", None)
    shown |= {name: (Grade.RECOMPUTED, value) for name, value in found.items()}
    figures = cast("dict[str, dict[str, object]]", about["figures"])
    said = figures["people"].get("value")
    if people is not None and said == people:
        shown["people"] = (Grade.RECOMPUTED, people)
    for name in sorted(shown):
        value = shown[name][1]
        claimed = figures[name].get("value", value)
        if claimed != value or type(claimed) is not type(value):
            raise NotProven(f"the card says {name} is {claimed!a}; the bundle shows {value!a}")
    if people == said:
        return shown, []
    note = f"{people or 0} people in the rows"
    return shown, [VerdictLine(None, note, "rows", {"people": people or 0})]


def _confirmed(raw: bytes, origin: str, counted: Recount, about: Mapping[str, object]) -> Confirmed:
    """Count countersignatures again, and refuse a card that says otherwise."""
    found = count_confirmed(read_lines(raw), origin, counted.signed)
    figures = cast("dict[str, dict[str, object]]", about["figures"])
    if found.people and about["simulated"] is True:
        raise NotProven("simulated people sign nothing")
    for name, of, value in (
        ("confirmed_people", "people", found.people),
        ("confirmed_hours", "active_time", found.ms),
    ):
        claimed, whole = figures[name].get("value", value), figures[of].get("value", value)
        if claimed != value or type(claimed) is not int:
            raise NotProven(f"the card says {name} is {claimed!a}; the bundle shows {value!a}")
        if not isinstance(whole, int) or value > whole:
            raise NotProven(f"{SIGNED} confirms more than the card says of {of}")
    return found


def _confirmed_line(
    confirmed: Confirmed, figures: Mapping[str, Mapping[str, object]]
) -> VerdictLine:
    """Say by how many people's own keys people, time and pay are confirmed, and of how many."""
    people, hours = confirmed.people, confirmed.ms // HOUR_MS
    all_people, all_ms = (figures[one].get("value") for one in ("people", "active_time"))
    told: dict[str, object] = {"people": people, "hours": hours}
    if isinstance(all_people, int) and isinstance(all_ms, int):
        told |= {"of_people": all_people, "of_hours": all_ms // HOUR_MS}
        text = f"{people} of {all_people} people confirmed at least {hours} of {told['of_hours']} h"
        return VerdictLine(Grade.CONFIRMED, text, "confirmed", told)
    text = f"{people} people confirmed at least {hours} h"
    return VerdictLine(Grade.CONFIRMED, text, "confirmed-some", told)


def _count_lines(raw: bytes, path: str) -> int:
    if raw and not raw.endswith(b"\n"):
        raise BadProof(f"{path} does not end with its last line")
    return raw.count(b"\n")


def _grade(
    name: str, figure: Mapping[str, object], shown: Mapping[str, tuple[Grade, object]]
) -> Grade | None:
    """Say how a figure is known here: never better than the card claims, or than is shown."""
    if "value" not in figure:
        return None
    claimed = Grade[str(figure["grade"])]
    reached = shown[name][0] if name in shown else Grade.ASSERTED
    return min(claimed, reached)


def _figure_line(
    name: str, figure: Mapping[str, object], grade: Grade | None, currency: object
) -> VerdictLine:
    if grade is None:
        why = figure["unknown"]
        return VerdictLine(None, f"{name}: unknown ({why})", "unknown", {"name": name, "why": why})
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


def _written(value: object) -> str:
    """Write a value on one line, with nothing a terminal would obey."""
    return ascii(value) if not isinstance(value, int) else str(value)


def _logged_lines(logged: Logged) -> list[VerdictLine]:
    checkpoint = logged.judged.checkpoint
    said = f"{CARD} is entry {logged.place} of {checkpoint.size} in {checkpoint.origin!a}"
    where = {"place": logged.place, "size": checkpoint.size, "origin": checkpoint.origin}
    lines = [VerdictLine(Grade.PROVEN, said, "logged", where)]
    for one in logged.judged.seen:
        at = f"{_EPOCH + timedelta(seconds=min(one.at_s, _FAR_S)):%Y-%m-%d %H:%M}"
        said = f"{one.name!a} saw this log at {at} UTC"
        lines.append(VerdictLine(Grade.PROVEN, said, "seen", {"name": one.name, "at": at}))
    if not logged.judged.is_witnessed:
        said = "not witnessed: the log alone says that it shows everybody the same"
        lines.append(VerdictLine(Grade.ASSERTED, said, "alone"))
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
