"""Build a small dataset with its labour card, to show what checking one is like.

Nobody in it exists, and its keys are written here: they sign nothing else and nobody trusts them.
The same bytes come out each time. It is checked like any other, by its own policy.
"""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from typing import NamedTuple

from canut.core.clock import HOUR_MS
from canut.core.datasets.anonymous_rows import Earned, figures_of, rows_of, write_rows
from canut.core.datasets.bundle import CARD, CARD_PROOF, ENTRIES, ENTRIES_PROOF, ROWS
from canut.core.datasets.card import CardFigure, CardSubject, Grade, Value, sign_card
from canut.core.datasets.card_material import ENTRY as MATERIAL_SET
from canut.core.datasets.card_material import material_value, sources_value
from canut.core.datasets.figures.shown_figures import APPEAL_OPEN, TEXT, nominal_alpha
from canut.core.datasets.log_recount import (
    INSTRUCTIONS_SET,
    PRICE_SET,
    root_of_leaves,
    write_entries,
)
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
from canut.core.formats import FileColumn, stream_rows
from canut.core.formats.tables.columns import Cell
from canut.core.formats.tables.writing import stream_parquet
from canut.core.ledger.log import checkpoint_entry, committed_entry, open_entry
from canut.core.ledger.logged_file import file_entry
from canut.core.proofs.checkpoint import Checkpoint, cosign, sign_checkpoint
from canut.core.proofs.merkle import inclusion_proof, leaf_hash, node_hash
from canut.core.proofs.note import COSIGNATURE, ED25519, Signer, write_key
from canut.core.proofs.tlog_proof import LoggedProof, write_proof

LOG = Signer("example.invalid/canut", ED25519, sha256(b"log of the example").digest())
WITNESSES = tuple(
    Signer(
        f"witness-{number}.example.invalid",
        COSIGNATURE,
        sha256(b"witness %d of the example" % number).digest(),
    )
    for number in (1, 2, 3)
)
SEEN_BY = 2  # of the three witnesses
PROJECT, DATASET = "1", "example"
SIGNED_ON, SEEN_S = "2026-01-31T12:00:00Z", 1_769_860_800
FLOOR_MICRO = 17_000_000  # an hour, and each of them worked one
BEFORE_MICRO = tuple(number * 500_000 + 14_000_000 for number in range(30))
PEOPLE = tuple(
    Earned(ms=HOUR_MS, before=before, earned=max(before, FLOOR_MICRO), due=FLOOR_MICRO)
    for before in BEFORE_MICRO
)
TOP_UPS = [FLOOR_MICRO - before for before in BEFORE_MICRO if before < FLOOR_MICRO]
ANSWERS, ITEMS, APPEALS = 90, 30, 2
PATTERN = ("yyy", "yyy", "nnn", "yyn", "nnn", "yyy", "ynn")  # three answers to a task
QUESTION = '{"instructions": "Is the comment polite?", "schema": {"questions": []}}'
README = b"# Example\n\nNobody in this dataset exists. It shows how a labour card is checked.\n"
PLATFORM = "Canut"
PARTS = (
    MaterialPart(
        Gesture.COMMENT,
        1_000,
        "a forum",
        "CA",
        count=30,
        consent=Consent.IN_TERMS,
        payment=MakerPay.NO,
        personal=Personal.POSSIBLE,
    ),
)
SAID: Mapping[str, Value] = {
    "people": 0,
    "active_time": len(PEOPLE) * HOUR_MS,
    "pay_basis": "statements of closed pay periods",
    "floor": FLOOR_MICRO,
    "floor_basis": "law, or higher by the operator's choice",
    "top_ups": len(TOP_UPS),
    "top_ups_sum": sum(TOP_UPS),
    "contributions": {
        "names": [{"name": "qpp", "payer": "employer"}],
        "on_top_micro": 73_500_000,
    },
    "places": {"CA": len(PEOPLE)},
    "workforce": "self_employed",
    "recruitment": "by invitation",
    "chain": {
        "client": "Atelier",
        "country": "CA",
        "price_micro": 60_000,
        "undisclosed_links": 0,
        "parties": [
            {"role": "operator", "name": PLATFORM, "country": "CA", "share_micro": 15_000},
            {"role": "worker", "name": "", "country": "unknown", "share_micro": 45_000},
        ],
    },
    "rejections": 3,
    "appeals_upheld": 1,
    "exposure": {"0": len(PEOPLE)},
    "protections": ["appeal to another human", "limits on hard material", "breaks"],
    "human_share": 1000,
    "machines": [],
    "gold_accuracy": 930,
    "training": {"practice": 3, "lessons": 15},
    "period": ["2026-01-05", "2026-01-30"],
    "platform": PLATFORM,
}
SOURCES = (DatasetSource(Relation.MADE_OF, "Forum 2024", "https://example.invalid/forum"),)


class ExampleBundle(NamedTuple):
    """The files of the example in memory, and the policy by which it is checked."""

    files: Mapping[str, bytes]
    policy: bytes

    @property
    def paths(self) -> frozenset[str]:
        """The paths of all files."""
        return frozenset(self.files)

    def read(self, path: str) -> bytes:
        """Return the bytes of a file."""
        return self.files[path]


@cache
def example_bundle() -> ExampleBundle:
    """Return the example: data, a signed card, its proofs and the policy that trusts its keys."""
    text = sha256(QUESTION.encode()).hexdigest()
    entries = [
        open_entry(INSTRUCTIONS_SET, PROJECT, {"n": 1, TEXT: text}),
        open_entry(PRICE_SET, PROJECT, {"n": 1, "piece": 45_000, "currency": "CAD"}),
        *(committed_entry("answer", PROJECT, number.to_bytes(32)) for number in range(ANSWERS)),
        *(committed_entry(APPEAL_OPEN, PROJECT, bytes([n]) * 32) for n in range(1, APPEALS + 1)),
    ]
    material = material_value(1, PARTS, SOURCES)
    facts = {"n": 1, "material": material["sha256"]}
    entries.append(open_entry(MATERIAL_SET, PROJECT, facts))
    rows = rows_of(PEOPLE, "CAD", is_simulated=True)
    answers: list[tuple[Cell, ...]] = [
        (task, "no" if letter == "n" else "yes", place == 0)
        for task in range(ITEMS)
        for place, letter in enumerate(PATTERN[task % len(PATTERN)])
    ]
    files = {
        **_table("data/answers", answers),
        **_table("data/labels", answers[::3]),
        ENTRIES: b"".join(write_entries(entries)),
        ROWS: write_rows(rows),
        "README.md": README,
    }
    figures = {
        name: CardFigure(value, Grade.RECOMPUTED) for name, value in figures_of(rows).items()
    }
    figures |= {
        **{name: CardFigure(value) for name, value in SAID.items()},
        "answers": CardFigure(ANSWERS, Grade.PROVEN),
        "logged_answers": CardFigure(ANSWERS, Grade.PROVEN),
        "items": CardFigure(ITEMS, Grade.PROVEN),
        "answers_per_item": CardFigure(ANSWERS * 1000 // ITEMS, Grade.PROVEN),
        "instructions": CardFigure([text], Grade.PROVEN),
        "currency": CardFigure("CAD", Grade.PROVEN),
        "appeals": CardFigure(APPEALS, Grade.PROVEN),
        "agreement": CardFigure(
            nominal_alpha(files["data/answers.jsonl"].splitlines()), Grade.RECOMPUTED
        ),
        "material": CardFigure(material),
        "sources": CardFigure(sources_value(SOURCES, {})),
    }
    listed = tuple(file_of(path, content) for path, content in files.items())
    subject = CardSubject(DATASET, SIGNED_ON, 0, listed, is_simulated=True)
    files[CARD] = sign_card(subject, figures, LOG.secret)
    files |= _proofs(files[CARD], entries)
    manifest = [file_of(path, content) for path, content in files.items()]
    files[MANIFEST] = write_manifest(manifest, LOG.secret, SIGNED_ON)
    return ExampleBundle(files, _policy())


def _table(name: str, rows: list[tuple[Cell, ...]]) -> dict[str, bytes]:
    """Write a table in its three forms."""
    columns = [FileColumn("task", "whole"), FileColumn("label"), FileColumn("sure", "yes-no")]
    return {
        f"{name}.csv": b"".join(stream_rows("csv", columns, [rows])),
        f"{name}.jsonl": b"".join(stream_rows("jsonl", columns, [rows])),
        f"{name}.parquet": b"".join(stream_parquet(columns, [rows], codec="gzip")),
    }


def _proofs(card: bytes, entries: list[bytes]) -> dict[str, bytes]:
    """Log the entries and the card in a log of two, and prove that both are there."""
    root = root_of_leaves([leaf_hash(entry) for entry in entries])
    head = Checkpoint(f"{LOG.name}/{PROJECT}", len(entries), root)
    whole = [checkpoint_entry(PROJECT, head), file_entry("card", PROJECT, card)]
    hashes = [leaf_hash(entry) for entry in whole]
    signed = sign_checkpoint(Checkpoint(LOG.name, len(whole), node_hash(hashes[0], hashes[1])), LOG)
    lines = [
        cosign(signed.encode(), witness, SEEN_S + number)
        for number, witness in enumerate(WITNESSES[:SEEN_BY])
    ]
    note = (signed + "".join(lines)).encode()

    def read_node(_level: int, place: int) -> bytes:
        return hashes[place]

    return {
        path: write_proof(
            LoggedProof(
                place, tuple(inclusion_proof(read_node, place, len(whole))), note, whole[place]
            )
        )
        for place, path in enumerate((ENTRIES_PROOF, CARD_PROOF))
    }


def _policy() -> bytes:
    """Name the log and the witnesses to trust: two of three must have seen the log."""
    names = [f"w{number}" for number, _ in enumerate(WITNESSES, 1)]
    lines = [
        f"log {write_key(LOG.key)}",
        *(
            f"witness {name} {write_key(witness.key)}"
            for name, witness in zip(names, WITNESSES, strict=True)
        ),
        f"group witnesses {SEEN_BY} {' '.join(names)}",
        "quorum witnesses",
    ]
    return "".join(f"{line}\n" for line in lines).encode()
