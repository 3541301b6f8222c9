"""Why a bundle was refused, in French too: by both verifiers and the page, in the same words."""

import ast
import inspect
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from canut_verify import (
    RefusedError,
    card,
    confirmed,
    documents,
    folder,
    notes,
    policy,
    refused,
    since,
    tree,
)
from canut_verify import bundle as their_bundle
from canut_verify.folder import check_bundle, open_bundle
from canut_verify.policy import parse_policy
from canut_verify.since import check_since as their_since

from canut.core.datasets import bundle as our_bundle
from canut.core.datasets import card as our_card
from canut.core.datasets import log_growth as our_since
from canut.core.datasets import manifest
from canut.core.datasets import signed_work as our_confirmed
from canut.core.datasets.bundle import verify_bundle
from canut.core.datasets.log_growth import check_since
from canut.core.datasets.refusal_texts import LACKS, REFUSALS, refusal_in
from canut.core.errors import BadProof, NotProven
from canut.core.ledger import logged_file
from canut.core.proofs import checkpoint, data_integrity
from canut.core.proofs import note as our_note
from canut.core.proofs import policy as our_policy
from canut.core.proofs.policy import read_policy
from tests.core.datasets.test_log_growth import FORKED, OLD, OTHER_CARDS, grown
from tests.core.datasets.test_signed_work import FORGED
from tests.core.ledger.bundles import Memory, make_bundle
from tests.core.ledger.tampering import TAMPERED, Change
from tests.core.proofs.vectors import POLICY

PAGE = Path(__file__).resolve().parents[3] / "frontend/src/proofs/refusal_words.ts"
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
OURS = (
    *(our_bundle, our_card, our_confirmed, logged_file, manifest, our_since),
    *(checkpoint, data_integrity, our_note, our_policy),
)
THEIRS = (their_bundle, card, confirmed, documents, folder, notes, policy, since, tree)
TWO_TREES = "the tree of 7 does not continue the tree of 7"  # no bundle says so
NO_BUNDLE = re.compile(f"{TWO_TREES}|^7$|^'7': 7$|^the earlier release '7': 7$")


def held_by_the_page(name: str) -> list[tuple[str, str]]:
    """Read a list of sentences out of the page's script."""
    text = PAGE.read_text().partition(f"export const {name}:")[2]
    strings = [
        json.loads(one) for one in STRING.findall(text.partition("= [")[2].partition("\n];")[0])
    ]
    return list(zip(strings[::2], strings[1::2], strict=True))


def test_both_verifiers_and_the_page_hold_the_same_sentences() -> None:
    assert list(REFUSALS) == list(refused.REFUSALS) == held_by_the_page("REFUSALS")
    assert list(LACKS) == list(refused.LACKS) == held_by_the_page("LACKS")


def test_each_sentence_is_found_and_keeps_what_was_seen() -> None:
    for english, french in REFUSALS:
        names = re.findall(r"\{(\w+)\}", english)
        assert sorted(names) == sorted(re.findall(r"\{(\w+)\}", french))
        facts: dict[str, str] = {name: f"'{name}'" for name in names}
        in_english = facts | {"rest": "'a' is missing", "figure": "people"}
        in_french = facts | {"rest": "'a' manque", "figure": "Personnes"}

        refusal = english.format(**in_english)

        assert refusal_in("fr", refusal) == french.format(**in_french)
        assert refused.refusal("fr", refusal) == french.format(**in_french)


def raised(module: ModuleType, kind: str) -> Iterator[str]:
    """Yield what a module may say when it refuses, with 7 for whatever is seen."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if not (isinstance(node, ast.Call) and ast.unparse(node.func) == kind and node.args):
            continue
        said = node.args[0]
        parts = said.values if isinstance(said, ast.JoinedStr) else [said]
        yield "".join(part(module, one) for one in parts)


def part(module: ModuleType, node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    value = node.value if isinstance(node, ast.FormattedValue) else node
    name = ast.unparse(value)
    return {
        "said": {card: "the card is not"}.get(module, TWO_TREES),
        "problem": {manifest: "is missing", card: "the card is not"}.get(module, TWO_TREES),
        "odd": "is missing",
        "of": "entries",
    }.get(name, str(getattr(module, name, "7")))


@pytest.mark.parametrize("module", OURS, ids=lambda one: one.__name__)
def test_whatever_refuses_a_bundle_here_is_said_in_french(module: ModuleType) -> None:
    for said in raised(module, "NotProven"):
        assert refusal_in("fr", said) != said, said


@pytest.mark.parametrize("module", THEIRS, ids=lambda one: one.__name__)
def test_whatever_refuses_a_bundle_there_is_said_in_french(module: ModuleType) -> None:
    for said in raised(module, "RefusedError"):
        assert NO_BUNDLE.search(said) or refused.refusal("fr", said) != said, said


def ours(newer: Memory, older: Memory | None = None) -> str:
    """Return why canut refuses a bundle; nothing where it cannot be read."""
    trusted = read_policy(POLICY)
    try:
        verdict = verify_bundle(newer, trusted)
        if older:
            check_since(newer, verdict, verify_bundle(older, trusted))
    except NotProven as problem:
        return str(problem)
    except BadProof:
        return ""
    raise AssertionError("it was believed")


def theirs(place: Path, newer: Memory, older: Memory | None = None) -> str:
    """Return why canut-verify refuses it."""
    trusted = parse_policy(POLICY)
    try:
        held = open_bundle(newer.write(place / "new"))
        end = check_bundle(held, trusted)[1]
        if older:
            their_since(
                held, end, check_bundle(open_bundle(older.write(place / "old")), trusted)[1]
            )
    except RefusedError as problem:
        return str(problem)
    raise AssertionError("it was believed")


def check_same(place: Path, newer: Memory, older: Memory | None = None) -> None:
    said = ours(newer, older)
    if not said:
        return

    assert theirs(place, newer, older) == said
    assert refusal_in("en", said) == said
    assert refusal_in("fr", said) == refused.refusal("fr", said) != said


@pytest.mark.parametrize("change", TAMPERED, ids=lambda one: one.__name__)
def test_tampered_bundle_is_refused_in_the_same_words(change: Change, tmp_path: Path) -> None:
    check_same(tmp_path, Memory(change(make_bundle().files)))


@pytest.mark.parametrize("made", FORGED, ids=lambda one: one.__name__)
def test_forged_countersignature_is_refused_in_the_same_words(
    made: Callable[[], Memory], tmp_path: Path
) -> None:
    check_same(tmp_path, made())


@pytest.mark.parametrize("rewritten", [*FORKED, *OTHER_CARDS], ids=lambda one: one.__name__)
def test_fork_is_reported_in_the_same_words(
    rewritten: Callable[[], Memory], tmp_path: Path
) -> None:
    check_same(tmp_path, rewritten(), OLD)


def test_missing_witnesses_are_named_in_both_languages(tmp_path: Path) -> None:
    bundle = make_bundle(witnesses=1)
    check_same(tmp_path, bundle)

    said = refusal_in("fr", ours(bundle))
    assert "trop peu de témoins" in said
    assert "n’a pas signé" in said
    assert "demande 2 sur" in said


def test_what_is_wrong_in_the_earlier_release_is_said_to_be_there() -> None:
    wrong = (
        "the earlier release 'old': the log was forked: the log of all has two roots at 2 entries. "
    )
    wrong += "The same key signed both: keep both, together they prove it"

    said = refusal_in("fr", wrong)

    assert said.startswith("la livraison précédente 'old'\u00a0: le journal a bifurqué")
    assert refusal_in("fr", "nobody knows this sentence") == "nobody knows this sentence"


def test_wrong_way_round_is_refused_in_the_same_words(tmp_path: Path) -> None:
    check_same(tmp_path, OLD, grown())
