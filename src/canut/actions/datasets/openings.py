"""Open rows of a bundle for an auditor, by a seed of theirs. Reads only.

Which rows are drawn and what an opening must show is decided in ``core.datasets.row_opening``. The
file tells who answered by a random id, when and for how much: it is for the auditor alone.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from hashlib import sha256

from canut.core.datasets.bundle import ANSWER, ANSWERS, CARD
from canut.core.datasets.manifest import BundleFiles
from canut.core.datasets.row_opening import OpenedRow, RowDraw, draw_rows, write_opening
from canut.core.errors import Missing, NotReady
from canut.store.datasets import export_rows
from canut.store.datasets.card_figures import versions_of
from canut.store.models import EntryPending, LogEntry
from canut.store.platform.person_keys import open_entries
from canut.store.projects.versions import question_text
from canut.store.tables.datasets import Card

AT_ONCE = 2_000

type RowKey = tuple[int, str, str, int]


def open_rows(files: BundleFiles, seed: str, count: int) -> bytes:
    """Open the rows of a bundle's answers that a seed draws; return the file for the auditor.

    Args:
        files: a bundle of this instance.
        seed: the auditor's.
        count: how many rows.

    Raises:
        Missing: this instance wrote no such bundle.
        NotReady: a row of the data is no answer of this instance.
        BadInput: raised by ``draw_rows``.
    """
    raw = files.read(CARD)
    card = Card.objects.filter(sha256=sha256(raw).hexdigest()).select_related("project").first()
    if card is None:
        raise Missing("this instance wrote no bundle with this card", code="card-none")
    lines = files.read(ANSWERS).splitlines()
    chosen = draw_rows(raw, seed, len(lines), count)
    answers = _answers_of(card.project_id, lines, chosen)
    pending = {
        entry.answer: entry
        for entry in EntryPending.objects.filter(answer__in=answers.values(), type=ANSWER)
    }
    numbers = [entry.pk for entry in pending.values()]
    places = dict(LogEntry.objects.filter(pending__in=numbers).values_list("pending", "place"))
    opened = open_entries(pending.values())
    rows: list[OpenedRow] = []
    erased: list[int] = []
    for row, answer in answers.items():
        number = pending[answer].pk
        if number in opened:
            content = opened[number]
            rows.append(OpenedRow(row, places[number], content.nonce.hex(), content.payload))
        else:
            erased.append(row)
    figures = json.loads(raw)["credentialSubject"]["figures"]
    on_card = figures["instructions"].get("value", [])
    texts = {str(item.number): question_text(item) for item in versions_of(card.project)}
    questions = {
        number: text
        for number, text in texts.items()
        if sha256(text.encode()).hexdigest() in on_card
    }
    return write_opening(RowDraw(raw, seed, count), rows, erased, questions)


def _answers_of(project_id: int, lines: Sequence[bytes], chosen: Sequence[int]) -> dict[int, int]:
    """Return the answer of each drawn row: the n-th row of one content is its n-th answer."""
    content = {row: _key(json.loads(lines[row])) for row in chosen}
    searched = set(content.values())
    ranks: dict[int, int] = {}
    counts: Counter[RowKey] = Counter()
    for row, line in enumerate(lines):
        key = _key(json.loads(line))
        if row in content:
            ranks[row] = counts[key]
        if key in searched:
            counts[key] += 1
    candidates: defaultdict[RowKey, list[tuple[bool, int]]] = defaultdict(list)
    after = 0
    while True:
        rows, until = export_rows.answers_of(project_id, after, AT_ONCE, everything=True)
        if not until:
            break
        after = until
        for item in rows:
            key = item.task, item.values, item.author_kind, item.question_version
            if key in searched:
                candidates[key].append((not item.counted, item.answer))
    answers: dict[int, int] = {}
    for row in chosen:
        matches = sorted(candidates[content[row]])
        if ranks[row] >= len(matches):
            raise NotReady(f"row {row} of the data is no answer of this instance")
        answers[row] = matches[ranks[row]][1]
    return answers


def _key(row: Mapping[str, object]) -> RowKey:
    match row:
        case {
            "task": int(task),
            "values": str(values),
            "author_kind": str(kind),
            "question_version": int(version),
        }:
            return task, values, kind, version
        case _:
            raise NotReady("a row of the data is no answer of this instance")
