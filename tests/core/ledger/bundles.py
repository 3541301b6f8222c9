"""A small bundle of our own, honest until a test changes it, and both verifiers on it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from canut_verify.__main__ import main

from canut.core.datasets.anonymous_rows import Earned, figures_of, rows_of, write_rows
from canut.core.datasets.bundle import (
    CARD,
    CARD_PROOF,
    ENTRIES,
    ENTRIES_PROOF,
    ROWS,
    SIGNED,
    verify_bundle,
)
from canut.core.datasets.card import CardFigure, CardSubject, Grade, sign_card
from canut.core.datasets.card_material import ENTRY, material_value, sources_value
from canut.core.datasets.log_recount import root_of_leaves, write_entries
from canut.core.datasets.manifest import MANIFEST, file_of, write_manifest
from canut.core.datasets.material import (
    Consent,
    DatasetSource,
    Gesture,
    MakerPay,
    MaterialPart,
    Personal,
    Relation,
)
from canut.core.datasets.signed_work import SignedTotal, write_lines
from canut.core.errors import BadProof, NotProven
from canut.core.formats import FileColumn, stream_rows
from canut.core.formats.tables.columns import Cell
from canut.core.formats.tables.writing import stream_parquet
from canut.core.ledger.log import checkpoint_entry, committed_entry, open_entry
from canut.core.ledger.logged_file import file_entry
from canut.core.proofs.checkpoint import Checkpoint
from canut.core.proofs.merkle import inclusion_proof, leaf_hash
from canut.core.proofs.policy import read_policy
from canut.core.proofs.tlog_proof import LoggedProof, read_proof, write_proof
from tests.core.ledger.signing import logged as logged_lines
from tests.core.ledger.signing import time_of
from tests.core.proofs.vectors import LOG, POLICY, reader, witnessed

WHEN = "2026-01-31T12:00:00Z"
PROJECT = "7"
PEOPLE = tuple(
    Earned(ms=3_600_000, before=(n % 40) * 500_000 + 9_000_000, earned=20_000_000, due=17_000_000)
    for n in range(30)
)
README = b"# digits\n"
PARTS = (
    MaterialPart(
        Gesture.CAPTCHA_IMAGE,
        600,
        "a shop’s \x1b[31mpage",
        "CA",
        1_000_000,
        (1_850, 10_300),
        "arXiv 2311.10911",
        Consent.NONE,
        MakerPay.NO,
        Personal.POSSIBLE,
    ),
    MaterialPart(Gesture.COMMENT, 300, count=12_000, consent=Consent.IN_TERMS),
    MaterialPart(Gesture.RECORD, 100, consent=Consent.BY_LAW, payment=MakerPay.NO),
)
SOURCES = (
    DatasetSource(Relation.MADE_OF, "SQuAD", "https://example.org/squad"),
    DatasetSource(Relation.DISTILLED_FROM, "Avis", project="avis"),
)


@dataclass
class Memory:
    """The files of a bundle in memory."""

    files: dict[str, bytes]

    @property
    def paths(self) -> frozenset[str]:
        """Every file there is."""
        return frozenset(self.files)

    def read(self, path: str) -> bytes:
        """Return a file."""
        return self.files[path]

    def write(self, folder: Path) -> Path:
        """Write the files into a folder."""
        for path, content in self.files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        return folder


def answers_log(count: int = 5) -> list[bytes]:
    """Write the entries of a project's log."""
    return [
        committed_entry("answer", PROJECT, bytes([n]) * 32 if n < 256 else n.to_bytes(32))
        for n in range(count)
    ]


def make_bundle(
    *,
    entries: Sequence[bytes] | None = None,
    people: Sequence[Earned] = PEOPLE,
    figures: Mapping[str, CardFigure] | None = None,
    answers: int = 4,
    witnesses: int = 2,
    is_simulated: bool = False,
    after: Memory | None = None,
    signed: Sequence[SignedTotal] | None = None,
    unlogged: Sequence[SignedTotal] = (),
    tables: Mapping[str, bytes] | None = None,
    declared: Sequence[MaterialPart] = (),
    declared_sources: Sequence[DatasetSource] = SOURCES,
) -> Memory:
    """Make a whole bundle whose log, witnesses and policy are those of the vectors.

    ``after``: an earlier release, whose entries stand in the log of all before this one's.
    ``tables``: files of tables in place of the usual ones.
    ``declared``: what the material was made by; it stands on the card and in the log.
    """
    logged = answers_log() if entries is None else list(entries)
    answered = len(logged)
    material = material_figures(declared, declared_sources) if declared else {}
    if declared:
        logged.append(material_entry(declared, declared_sources))
    logged += dict.fromkeys(logged_lines([one for one in signed or () if one not in unlogged]))
    rows = rows_of(people, "CAD", is_simulated=is_simulated)
    files = {
        **table_files("data/answers", [(n, "oui", n % 2 == 0) for n in range(answers)]),
        **table_files("data/labels", [(n, "oui", None) for n in range(0, answers, 2)]),
        **(tables or {}),
        ENTRIES: b"".join(write_entries(logged)),
        ROWS: write_rows(rows),
    }
    if signed is not None:
        files[SIGNED] = write_lines(signed)
    found = {name: CardFigure(value, Grade.RECOMPUTED) for name, value in figures_of(rows).items()}
    found |= {
        "people": CardFigure(0 if is_simulated else len(people)),
        "answers": CardFigure(answers, Grade.PROVEN),
        "logged_answers": CardFigure(answered, Grade.PROVEN),
        "workforce": CardFigure("contractors"),
        "active_time": CardFigure(sum(one.ms for one in people)),
        **({} if signed is None else confirmed_figures(signed)),
        **material,
        **(figures or {}),
    }
    if found["people"].value == len(people):
        found["people"] = CardFigure(len(people), Grade.RECOMPUTED)
    files["README.md"] = README
    listed = tuple(file_of(path, content) for path, content in files.items())
    count = 0 if is_simulated else len(people)
    files[CARD] = sign_card(
        CardSubject("digits", WHEN, count, listed, is_simulated, *_following(after)),
        found,
        LOG.secret,
    )
    files |= proofs_of(files[CARD], logged, witnesses, after)
    return Memory(sealed(files))


def material_figures(
    parts: Sequence[MaterialPart], sources: Sequence[DatasetSource] = SOURCES
) -> dict[str, CardFigure]:
    """Return the figures about an origin, the second of its versions."""
    return {
        "material": CardFigure(material_value(2, parts, sources, withdrawn=3)),
        "sources": CardFigure(sources_value(sources, {"avis": "ab" * 32})),
    }


def material_entry(
    parts: Sequence[MaterialPart], sources: Sequence[DatasetSource] = SOURCES, number: int = 2
) -> bytes:
    """Write the entry of an origin in a project's log."""
    digest = material_value(number, parts, sources)["sha256"]
    return open_entry(ENTRY, PROJECT, {"n": number, "material": digest})


def _following(after: Memory | None) -> tuple[int, str]:
    """Return the number of a card after an earlier release, and the hash of the card before."""
    if after is None:
        return 1, ""
    number: int = json.loads(after.files[CARD])["credentialSubject"]["number"]
    return number + 1, file_of(CARD, after.files[CARD]).sha256


def table_files(table: str, rows: Sequence[Sequence[Cell]]) -> dict[str, bytes]:
    """Write a table in its three forms."""
    columns = [FileColumn("task", "whole"), FileColumn("label"), FileColumn("sure", "yes-no")]
    return {
        f"{table}.csv": b"".join(stream_rows("csv", columns, [rows])),
        f"{table}.jsonl": b"".join(stream_rows("jsonl", columns, [rows])),
        f"{table}.parquet": b"".join(stream_parquet(columns, [rows], codec="gzip")),
    }


def confirmed_figures(signed: Sequence[SignedTotal]) -> dict[str, CardFigure]:
    """Say what lines confirm, as a card does."""
    return {
        "confirmed_people": CardFigure(len(signed), Grade.CONFIRMED),
        "confirmed_hours": CardFigure(time_of(signed), Grade.CONFIRMED),
    }


def proofs_of(
    card: bytes, entries: Sequence[bytes], witnesses: int = 2, after: Memory | None = None
) -> dict[str, bytes]:
    """Log a card and its project's entries in the log of all, and prove both."""
    files = after.files if after else {}
    places = (ENTRIES_PROOF, CARD_PROOF) if after else ()
    earlier = [read_proof(files[path]).extra or b"" for path in places]
    root = root_of_leaves([leaf_hash(one) for one in entries])
    head = Checkpoint(f"{LOG.name}/{PROJECT}", len(entries), root)
    whole = [*earlier, checkpoint_entry(PROJECT, head), file_entry("card", PROJECT, card)]
    hashes = [leaf_hash(one) for one in whole]
    note = witnessed(hashes, witnesses)
    return {
        path: write_proof(
            LoggedProof(
                place,
                tuple(inclusion_proof(reader(hashes), place, len(whole))),
                note,
                whole[place],
            )
        )
        for place, path in enumerate((ENTRIES_PROOF, CARD_PROOF), len(earlier))
    }


def sealed(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """List and sign files, as the operator can at any time."""
    bare = {path: content for path, content in files.items() if path != MANIFEST}
    listed = [file_of(path, content) for path, content in bare.items()]
    return {**bare, MANIFEST: write_manifest(listed, LOG.secret, WHEN)}


def our_exit(bundle: Memory, policy: bytes = POLICY) -> tuple[int, str]:
    """Check with canut; return the exit it means, and what is said."""
    try:
        verdict = verify_bundle(bundle, read_policy(policy))
    except BadProof as problem:
        return 2, str(problem)
    except NotProven as problem:
        return 1, str(problem)
    lines = [(one.grade.name if one.grade else "", one.text) for one in verdict.lines]
    return 0, "\n".join(f"{grade} {text}" for grade, text in lines)


def their_exit(
    bundle: Memory, folder: Path, policy: bytes = POLICY, *, since: Memory | None = None
) -> int:
    """Check with the other verifier; the policy lies outside the folder."""
    place = folder / "bundle"
    bundle.write(place)
    (folder / "policy.txt").write_bytes(policy)
    more = ["--since", str(since.write(folder / "old"))] if since else []
    return main([str(place), "--policy", str(folder / "policy.txt"), "--lang", "en", *more])
