"""What somebody may do to a bundle, and the words each is refused in."""

import json
from collections.abc import Callable
from typing import Any

from canut.core.datasets.bundle import CARD, CARD_PROOF, ENTRIES, ENTRIES_PROOF, ROWS
from canut.core.datasets.log_recount import write_entries
from canut.core.proofs.canonical import canonical
from canut.core.proofs.data_integrity import sign_document
from tests.core.ledger.bundles import WHEN, answers_log, proofs_of, sealed, table_files
from tests.core.ledger.mutated_bundles import carded
from tests.core.proofs.vectors import LOG

type Change = Callable[[dict[str, bytes]], dict[str, bytes]]


def label_changed(files: dict[str, bytes]) -> dict[str, bytes]:
    changed = files["data/answers.jsonl"].replace(b'"oui"', b'"non"', 1)
    return {**files, "data/answers.jsonl": changed}


def label_changed_and_listed_anew(files: dict[str, bytes]) -> dict[str, bytes]:
    return sealed(label_changed(files))


def quantile_improved(files: dict[str, bytes]) -> dict[str, bytes]:
    card: dict[str, Any] = json.loads(files[CARD])
    card["credentialSubject"]["figures"]["pay_people_p50"]["value"] += 1_000_000
    return sealed({**files, CARD: canonical(card)})


def resigned_but_not_logged(files: dict[str, bytes]) -> dict[str, bytes]:
    card: dict[str, Any] = json.loads(quantile_improved(files)[CARD])
    del card["proof"]
    return sealed({**files, CARD: canonical(sign_document(card, LOG.secret, WHEN))})


def quantile_improved_and_logged(files: dict[str, bytes]) -> dict[str, bytes]:
    card = resigned_but_not_logged(files)[CARD]
    return sealed({**files, CARD: card, **proofs_of(card, answers_log())})


def answer_dropped(files: dict[str, bytes]) -> dict[str, bytes]:
    return sealed({**files, ENTRIES: b"".join(write_entries(answers_log()[1:]))})


def answers_swapped(files: dict[str, bytes]) -> dict[str, bytes]:
    entries = answers_log()
    entries[1], entries[2] = entries[2], entries[1]
    return sealed({**files, ENTRIES: b"".join(write_entries(entries))})


def row_removed(files: dict[str, bytes]) -> dict[str, bytes]:
    rows: dict[str, Any] = json.loads(files[ROWS])
    rows["pay"].pop()
    return sealed({**files, ROWS: canonical(rows)})


def history_rewritten(files: dict[str, bytes]) -> dict[str, bytes]:
    """Log another history, which no witness has seen: their lines are of the old one."""
    entries = answers_log()[:-1]
    proofs = proofs_of(files[CARD], entries, witnesses=0)
    return sealed({**files, ENTRIES: b"".join(write_entries(entries)), **proofs})


def history_rewritten_under_old_lines(files: dict[str, bytes]) -> dict[str, bytes]:
    made = history_rewritten(files)
    lines = files[CARD_PROOF].split(b"\n")[-3:]
    return sealed({**made, CARD_PROOF: made[CARD_PROOF] + b"\n".join(lines)})


def unlisted_file(files: dict[str, bytes]) -> dict[str, bytes]:
    return {**files, "data/more.csv": b"a\n"}


def listed_file_missing(files: dict[str, bytes]) -> dict[str, bytes]:
    return {path: content for path, content in files.items() if path != "README.md"}


def proof_of_another_entry(files: dict[str, bytes]) -> dict[str, bytes]:
    return sealed({**files, CARD_PROOF: files[ENTRIES_PROOF]})


def readme_changed_and_listed_anew(files: dict[str, bytes]) -> dict[str, bytes]:
    return sealed({**files, "README.md": b"# People: 5,000, PROVEN\n"})


def file_added_and_listed(files: dict[str, bytes]) -> dict[str, bytes]:
    return sealed({**files, "data/labels-final.parquet": b"PAR1"})


def file_removed_and_no_longer_listed(files: dict[str, bytes]) -> dict[str, bytes]:
    return sealed({path: content for path, content in files.items() if path != "README.md"})


def carded_anew(
    files: dict[str, bytes], change: Callable[[dict[str, Any]], object]
) -> dict[str, bytes]:
    """Change what a card says of its dataset; sign it, log it and list it."""
    card: dict[str, Any] = json.loads(files[CARD])
    change(card["credentialSubject"])
    del card["proof"]
    raw = canonical(sign_document(card, LOG.secret, WHEN))
    return sealed({**files, CARD: raw, **proofs_of(raw, answers_log())})


def tree_of_other_files(files: dict[str, bytes]) -> dict[str, bytes]:
    return carded_anew(files, lambda about: about.update(tree="0" * 64))


def card_of_an_older_format(files: dict[str, bytes]) -> dict[str, bytes]:
    def older(about: dict[str, Any]) -> None:
        about["version"] = 1
        del about["tree"]
        for name in ("training", "material", "sources"):
            del about["figures"][name]

    return carded_anew(files, older)


def card_of_the_format_before(files: dict[str, bytes]) -> dict[str, bytes]:
    def older(about: dict[str, Any]) -> None:
        about["version"] = 2
        for name in ("training", "material", "sources"):
            del about["figures"][name]

    return carded_anew(files, older)


def card_that_expired(files: dict[str, bytes]) -> dict[str, bytes]:
    card: dict[str, Any] = json.loads(files[CARD])
    del card["proof"]
    raw = canonical(sign_document(card | {"validUntil": WHEN}, LOG.secret, WHEN))
    return sealed({**files, CARD: raw, **proofs_of(raw, answers_log())})


def answer_logged_twice(files: dict[str, bytes]) -> dict[str, bytes]:
    entries = [*answers_log(), answers_log()[1]]
    changed = carded({**files, ENTRIES: b"".join(write_entries(entries))})
    return sealed({**changed, **proofs_of(changed[CARD], entries)})


def other_table(files: dict[str, bytes], path: str) -> dict[str, bytes]:
    """Let one form of the answers say something else, and log a card that names it so."""
    rows = [(n, "oui" if n != 2 else "non", n % 2 == 0) for n in range(4)]
    return sealed(carded({**files, path: table_files("data/answers", rows)[path]}))


def parquet_of_another_label(files: dict[str, bytes]) -> dict[str, bytes]:
    return other_table(files, "data/answers.parquet")


def csv_of_another_label(files: dict[str, bytes]) -> dict[str, bytes]:
    return other_table(files, "data/answers.csv")


def json_lines_of_another_label(files: dict[str, bytes]) -> dict[str, bytes]:
    return other_table(files, "data/answers.jsonl")


TAMPERED: dict[Change, str] = {
    label_changed: "is not the file that was listed",
    label_changed_and_listed_anew: "the card names another 'data/answers.jsonl'",
    quantile_improved: "the file is not the one that was logged",
    resigned_but_not_logged: "the file is not the one that was logged",
    quantile_improved_and_logged: "the card says pay_people_p50 is",
    answer_dropped: "the card names another 'entries.bin'",
    answers_swapped: "the card names another 'entries.bin'",
    row_removed: "the card names another 'rows.json'",
    history_rewritten: "too few witnesses saw this checkpoint",
    history_rewritten_under_old_lines: "did not sign|not by|signature",
    unlisted_file: "'data/more.csv' is not in the manifest",
    listed_file_missing: "'README.md' is missing",
    readme_changed_and_listed_anew: "the card names another 'README.md'",
    file_added_and_listed: "the card does not name 'data/labels-final.parquet'",
    file_removed_and_no_longer_listed: "the card names another 'README.md'",
    tree_of_other_files: "the tree hash on the card is not that of its files",
    card_of_an_older_format: "the card is of format 1, and manifest.json of format 3",
    card_of_the_format_before: "the card is of format 2, and manifest.json of format 3",
    card_that_expired: "the card holds 'validUntil', which no labour card has",
    answer_logged_twice: "entry 5 of the project’s log stands there twice",
    parquet_of_another_label: "'data/answers.parquet' and 'data/answers.jsonl' are not the same "
    "table: row 3 differs",
    csv_of_another_label: "'data/answers.csv' and 'data/answers.jsonl' are not the same table: row",
    json_lines_of_another_label: "are not the same table: row 3 differs",
    proof_of_another_entry: "no sha256|another",
}
