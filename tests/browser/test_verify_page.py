"""``verify.html``, opened from a folder with no server, says what ``canut verify`` says."""

import base64
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from canut.core.datasets.bundle import verify_bundle
from canut.core.datasets.card import FIELDS, CardFigure
from canut.core.datasets.refusal_texts import refusal_in
from canut.core.datasets.row_opening import check_opening
from canut.core.datasets.verdict_texts import LEGEND, said_in
from canut.core.errors import NotProven
from canut.core.messages import message
from canut.core.proofs.note import COSIGNATURE, ED25519, Verifier, write_key
from canut.core.proofs.policy import read_policy
from canut.web.datasets.cards import NO_EXAMPLE
from tests.browser.instance import ROOT, axe
from tests.core.datasets.test_bundle import earlier_format
from tests.core.datasets.test_card_material import (
    consent_improved,
    declared_again,
    hours_doubled,
    left_out,
    of_another_shape,
    source_dropped,
    with_card,
)
from tests.core.datasets.test_log_growth import FORKED, OLD, OTHER_CARDS, grown, since
from tests.core.datasets.test_signed_work import FORGED, TWELVE
from tests.core.datasets.test_table_forms import ROWS, files_of
from tests.core.ledger.bundles import PARTS, Memory, answers_log, make_bundle, our_exit
from tests.core.ledger.mutated_bundles import mutated_bundle
from tests.core.ledger.opened_bundles import (
    FORGED as FORGED_OPENINGS,
)
from tests.core.ledger.opened_bundles import (
    UNREADABLE,
    changed,
    first_row,
    opened_bundle,
    opening_of,
)
from tests.core.ledger.opened_bundles import (
    Change as OpeningChange,
)
from tests.core.ledger.shown_bundles import shown_bundle, shown_figures
from tests.core.ledger.tampering import TAMPERED, Change
from tests.core.ledger.zips import ZIPS, packed
from tests.core.proofs.vectors import LOG, POLICY, WITNESSES

MUTATED = 400 if os.environ.get("CANUT_SOAK") else 15
HERE = ROOT / "src/canut/web/static/dist/verify.html"


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open the page alone: no network, and nothing said in its console."""
    pages: list[Page] = []
    said: list[str] = []

    def new(language: str = "en-CA", width: int = 1280, theme: str = "light") -> Page:
        context = chromium.new_context(
            locale=language,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if theme == "dark" else "light",
            offline=True,
        )
        page = context.new_page()
        page.on("console", lambda line: said.append(line.text))
        page.on("pageerror", lambda fault: said.append(str(fault)))
        page.goto(HERE.as_uri())
        pages.append(page)
        return page

    yield new
    for page in pages:
        page.context.close()
    assert said == []


def judged(
    page: Page,
    bundle: Memory,
    folder: Path,
    policy: bytes | None = POLICY,
    older: Memory | None = None,
    opening: bytes | None = None,
) -> int:
    """Give the page a folder, a policy and what else there is; returns the exit it shows."""
    place = bundle.write(folder / "bundle")
    if opening is not None:
        (folder / "opening.json").write_bytes(opening)
        page.set_input_files("#opening", folder / "opening.json")
    if older is not None:
        page.set_input_files("#older", older.write(folder / "old"))
    if policy is not None:
        (folder / "policy.txt").write_bytes(policy)
        page.set_input_files("#policy", folder / "policy.txt")
    page.set_input_files("#bundle", place)
    page.wait_for_selector("#verdict[data-exit]:not([aria-busy])")
    return int(page.get_attribute("#verdict", "data-exit") or -1)


def said_plainly(text: str) -> str:
    """Return a text with plain spaces, and signs as they are."""
    return re.sub(r"[\u00a0\u202f]", " ", text).replace("\x1b", "\\x1b")


def test_honest_bundle_is_accepted_with_a_grade_on_each_line(
    opened: Callable[..., Page], tmp_path: Path
) -> None:
    page = opened()

    assert judged(page, make_bundle(), tmp_path) == 0

    said = page.inner_text("#verdict")
    assert "The card is entry 1 of 2 in log.example/one" in said
    assert "w1 saw this log on 2023-11-14T22:13 UTC" in said
    assert "Card 1 of this dataset; nothing here shows whether there is a newer one" in said
    assert "9 files are those that the logged card names, and no others" in said
    assert "5 entries of the log counted again, 5 of them answers" in said
    assert "CSV, JSON lines and Parquet hold the same rows" in said
    assert "Not shown here: that the rows of data/ are the answers in the log" in said
    row = page.locator("tr", has_text="Pay an hour, median of people")
    assert row.locator(".grade").inner_text() == "recomputed"
    assert page.get_attribute("#verdict", "data-state") == "whole"
    row = page.locator("tr", has_text="Who is paid between, for one answer")
    assert row.inner_text().startswith("\tWho")
    assert "That one key is one person." in said


def test_tables_of_all_kinds_of_cells_are_compared(
    opened: Callable[..., Page], tmp_path: Path
) -> None:
    rows = [*ROWS, *((n, f"{n:040}", "oui", n / 7, n % 5 == 0) for n in range(700))]
    forms = {f"data/answers.{form}": content for form, content in files_of(rows).items()}
    bundle = make_bundle(entries=answers_log(len(rows)), answers=len(rows), tables=forms)
    page = opened()

    assert judged(page, bundle, tmp_path / "same") == our_exit(bundle)[0] == 0

    rows[200] = (200, "other", "oui", 1.5, None)
    for form, content in files_of(rows).items():
        path = f"data/answers.{form}"
        other = make_bundle(
            entries=answers_log(len(rows)), answers=len(rows), tables={**forms, path: content}
        )
        page.reload()
        assert judged(page, other, tmp_path / form) == 1
        assert page.inner_text("#verdict p:last-child") == our_exit(other)[1]


@pytest.mark.parametrize("name", ["made", "exported"])
def test_bundle_of_format_1_is_accepted_and_what_its_card_leaves_out_is_named(
    name: str, opened: Callable[..., Page], tmp_path: Path
) -> None:
    bundle, policy = earlier_format(1, name)
    page = opened()

    assert judged(page, bundle, tmp_path, policy) == 0

    said = page.inner_text("#verdict")
    assert "files are those that the logged card names" in said
    assert "and no others" not in said
    assert "Format 1, of an older version: the logged card does not name" in said
    assert "README.md" in said


@pytest.mark.parametrize("name", ["made", "exported"])
def test_bundle_of_format_2_is_accepted(
    name: str, opened: Callable[..., Page], tmp_path: Path
) -> None:
    bundle, policy = earlier_format(2, name)
    page = opened()

    assert judged(page, bundle, tmp_path, policy) == 0
    assert "Origin of the material" not in page.inner_text("#verdict")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_origin_of_the_material_is_said_as_canut_verify_says_it(
    language: str, opened: Callable[..., Page], tmp_path: Path
) -> None:
    bundle = make_bundle(declared=PARTS)
    page = opened(f"{language}-CA", 390)

    assert judged(page, bundle, tmp_path) == 0

    shown = {said_plainly(text) for text in page.locator("#verdict td").all_inner_texts()}
    lines = verify_bundle(bundle, read_policy(POLICY)).lines
    material = [one for one in lines if one.kind == "material"]
    figures = [one for one in lines if one.facts.get("name") in {"material", "sources"}]
    said = [said_in(language, one)[1] for one in material]
    said += [said_in(language, one)[1].partition(":")[2].strip() for one in figures]
    assert len(said) == 3
    for text in said:
        assert said_plainly(text) in shown
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize(
    "change",
    [hours_doubled, consent_improved, source_dropped, declared_again, left_out, of_another_shape],
)
def test_card_that_changes_what_was_declared_is_refused(
    change: Callable[[dict[str, Any]], None], opened: Callable[..., Page], tmp_path: Path
) -> None:
    bundle = with_card(change)
    page = opened("fr-CA")

    seen = judged(page, bundle, tmp_path)

    expected, why = our_exit(bundle)
    assert seen == expected != 0
    if expected == 1:
        assert page.inner_text("#verdict p:last-child") == refusal_in("fr", why)


@pytest.mark.parametrize("change", TAMPERED, ids=lambda one: one.__name__)
def test_tampered_bundle_is_refused(
    change: Change, opened: Callable[..., Page], tmp_path: Path
) -> None:
    bundle = Memory(change(make_bundle().files))

    page = opened("fr-CA")
    seen = judged(page, bundle, tmp_path)

    expected, why = our_exit(bundle)
    assert seen == expected != 0
    if expected == 1:
        assert page.inner_text("#verdict p:last-child") == refusal_in("fr", why)


def test_page_says_what_canut_verify_says_of_damaged_bundles(
    opened: Callable[..., Page], tmp_path: Path
) -> None:
    page = opened()
    for number in range(MUTATED):
        bundle = mutated_bundle(9, number)

        page.reload()
        seen = judged(page, bundle, tmp_path / str(number))

        expected, reason = our_exit(bundle)
        assert seen == expected, f"{number}: {reason}"


@pytest.mark.parametrize("made", FORGED, ids=lambda one: one.__name__)
def test_countersignature_that_is_not_so_is_refused(
    made: Callable[[], Memory], opened: Callable[..., Page], tmp_path: Path
) -> None:
    bundle = made()

    seen = judged(opened(), bundle, tmp_path)

    assert seen == our_exit(bundle)[0] == 1


def test_share_confirmed_by_their_own_keys_stands_on_people_time_and_pay(
    opened: Callable[..., Page], tmp_path: Path
) -> None:
    page = opened()

    assert judged(page, make_bundle(signed=TWELVE), tmp_path) == 0

    said = "confirmed by 12 / 30 people with their own keys, for at least 3 / 30 hours"
    assert said in page.locator("tr", has_text="People, time and pay").first.inner_text()
    row = page.locator("tr", has_text="People who countersigned")
    assert row.locator(".grade").inner_text() == "confirmed"
    color = "e => getComputedStyle(e).color"
    proven = page.locator("td.proven").first.evaluate(color)
    assert row.locator(".grade").evaluate(color) == proven


def test_quorum_that_is_missing_is_refused(opened: Callable[..., Page], tmp_path: Path) -> None:
    page = opened()

    assert judged(page, make_bundle(witnesses=1), tmp_path) == 1
    assert "too few witnesses" in page.inner_text("#verdict")


@pytest.mark.parametrize(
    "key",
    [WITNESSES[0].key._replace(kind=ED25519), LOG.key._replace(kind=COSIGNATURE)],
    ids=["of the kind of logs", "of the log itself"],
)
def test_policy_with_a_witness_that_is_none_cannot_be_read(
    key: Verifier, opened: Callable[..., Page], tmp_path: Path
) -> None:
    policy = f"log {write_key(LOG.key)}\nwitness a {write_key(key)}\nquorum a\n".encode()

    assert judged(opened(), make_bundle(), tmp_path, policy) == 2


def test_without_witnesses_or_policy_it_says_so(
    opened: Callable[..., Page], tmp_path: Path
) -> None:
    alone = f"log {write_key(LOG.key)}\nquorum none\n".encode()
    page = opened()
    assert judged(page, make_bundle(), tmp_path / "a", alone) == 0
    assert "Not witnessed" in page.inner_text("#verdict")
    assert page.get_attribute("#verdict", "data-state") == "unseen"
    assert "nobody else saw it" in page.inner_text("#verdict h2")

    page = opened()
    assert judged(page, make_bundle(), tmp_path / "b", None) == 3
    assert f"log.example/one+{LOG.key.id.hex()}" in page.inner_text("#verdict")
    assert "proven" not in page.inner_text("#verdict")


def test_simulated_people_are_said_in_french_and_any_reader_can_use_it(
    opened: Callable[..., Page], tmp_path: Path
) -> None:
    page = opened("fr-CA", 390, "dark")

    assert judged(page, make_bundle(is_simulated=True), tmp_path) == 0

    assert "personne de tout cela n’existe" in page.inner_text("#verdict")
    assert page.get_attribute("#verdict", "data-state") == "show"
    assert "simulé" in page.locator("tr", has_text="Personnes").first.inner_text()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize(
    ("language", "said", "seen", "label"),
    [
        ("en-CA", "grew from 5 to 9 entries", "w1 saw both ends", "An earlier release of it"),
        ("fr-CA", "passé de 5 à 9 inscriptions", "w1 a vu les deux", "Une livraison précédente"),
    ],
    ids=["en", "fr"],
)
def test_log_that_grew_since_an_earlier_release_is_shown(
    language: str, said: str, seen: str, label: str, opened: Callable[..., Page], tmp_path: Path
) -> None:
    page = opened(language, 390)

    assert judged(page, grown(), tmp_path, older=OLD) == 0

    assert said in page.inner_text("#verdict")
    assert seen in page.inner_text("#verdict")
    assert label in page.inner_text("label[for=older]")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("rewritten", FORKED, ids=lambda one: one.__name__)
def test_fork_since_an_earlier_release_is_reported_in_both_languages(
    rewritten: Callable[[], Memory], opened: Callable[..., Page], tmp_path: Path
) -> None:
    page = opened("en-CA")
    assert judged(page, rewritten(), tmp_path / "a", older=OLD) == 1
    with pytest.raises(NotProven) as refused:
        since(rewritten())
    why = str(refused.value)
    assert page.inner_text("#verdict p:last-child") == why

    page.click("#language")

    assert page.inner_text("#verdict p:last-child") == refusal_in("fr", why)
    assert "le journal a bifurqué" in refusal_in("fr", why)


@pytest.mark.parametrize("made", OTHER_CARDS, ids=lambda one: one.__name__)
def test_other_card_of_the_same_dataset_is_told(
    made: Callable[[], Memory], opened: Callable[..., Page], tmp_path: Path
) -> None:
    page = opened("en-CA")

    assert judged(page, made(), tmp_path, older=OLD) == 1

    assert OTHER_CARDS[made] in page.inner_text("#verdict p:last-child")


def test_earlier_release_that_is_wrong_itself_is_said_to_be_the_one(
    opened: Callable[..., Page], tmp_path: Path
) -> None:
    page = opened("fr-CA")
    wrong = Memory(next(iter(TAMPERED))(OLD.files))

    assert judged(page, grown(), tmp_path, older=wrong) == 1

    assert "la livraison précédente 'old'" in page.inner_text("#verdict p:last-child")
    assert "n’est pas le fichier de la liste" in page.inner_text("#verdict p:last-child")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_rows_opened_by_a_seed_are_said_as_canut_verify_says_them(
    language: str, opened: Callable[..., Page], tmp_path: Path
) -> None:
    bundle = opened_bundle()
    page = opened(f"{language}-CA", 390)

    for number, erased in enumerate(([], [0, 1, 2])):
        page.reload()
        opening = opening_of(bundle, erased=erased, count=99)
        assert judged(page, bundle, tmp_path / str(number), opening=opening) == 0
        shown = {said_plainly(text) for text in page.locator("#verdict td").all_inner_texts()}
        lines = check_opening(bundle, opening)
        assert len(lines) == (2 if erased else 1)
        for line in lines:
            assert said_plainly(said_in(language, line)[1]) in shown
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_forged_opening_is_refused_in_the_words_of_canut_verify(
    opened: Callable[..., Page], tmp_path: Path
) -> None:
    bundle = opened_bundle()
    opening = opening_of(bundle)
    page = opened("en-CA")
    changes: list[tuple[OpeningChange, int]] = [(change, 1) for change in FORGED_OPENINGS]
    changes += [(change, 2) for change in UNREADABLE]

    for change, expected in changes:
        page.reload()
        forged = changed(opening, change)
        assert judged(page, bundle, tmp_path / change.__name__, opening=forged) == expected
        if expected == 1:
            why = FORGED_OPENINGS[change].format(first=first_row(opening))
            assert page.inner_text("#verdict p:last-child") == why
    relabelled = opened_bundle({1: "another"})
    page.reload()
    opening = opening_of(relabelled, count=99)
    assert judged(page, relabelled, tmp_path / "relabelled", opening=opening) == 1
    why = "row 1 of the data has another label than was logged"
    assert page.inner_text("#verdict p:last-child") == why


@pytest.mark.parametrize("language", ["en", "fr"])
def test_figures_and_grades_have_the_names_they_have_on_the_page_of_a_card(
    language: str, opened: Callable[..., Page], tmp_path: Path
) -> None:
    page = opened(f"{language}-CA", 390)
    figures = {name: CardFigure(1) for name in ("top_ups", "rejections", "appeals")}

    assert judged(page, make_bundle(figures=figures), tmp_path) == 0

    tables = page.locator("#verdict table")
    cells = [said_plainly(text) for text in tables.nth(1).locator("td").all_inner_texts()]
    assert cells[1::3] == [said_plainly(message(language, f"card.{name}")) for name in FIELDS]
    legend = " ".join(said_plainly(text) for text in tables.nth(2).locator("td").all_inner_texts())
    for sentence in LEGEND:
        assert said_plainly(message(language, sentence)).partition(": ")[2].rstrip(".") in legend
    assert said_plainly(page.locator("#verdict table ~ p, #verdict p").last.inner_text()) == (
        said_plainly(
            said_in(
                language, verify_bundle(make_bundle(figures=figures), read_policy(POLICY)).lines[-1]
            )[1]
        )
    )
    names = tables.nth(1).locator("td:nth-child(2)")
    assert names.first.evaluate("e => getComputedStyle(e).overflowWrap") != "anywhere"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("name", ZIPS)
def test_zip_is_read_or_refused_as_canut_verify_does(
    name: str, opened: Callable[..., Page], tmp_path: Path
) -> None:
    page = opened()
    content, expected = ZIPS[name]()
    (tmp_path / "data.zip").write_bytes(content)
    (tmp_path / "policy.txt").write_bytes(POLICY)
    page.set_input_files("#policy", tmp_path / "policy.txt")
    page.set_input_files("#zip", tmp_path / "data.zip")
    page.wait_for_selector("#verdict[data-exit]:not([aria-busy])")

    assert page.get_attribute("#verdict", "data-exit") == str(expected)


def test_example_within_the_page_is_checked_without_a_network(
    opened: Callable[..., Page], tmp_path: Path
) -> None:
    page = opened("fr-CA", 390)
    assert not page.locator("#try").is_visible()  # a page built alone has none
    held = {"zip": base64.b64encode(packed(make_bundle().files)).decode()}
    held["policy"] = base64.b64encode(POLICY).decode()
    text = HERE.read_text("utf-8").replace(NO_EXAMPLE, f">{json.dumps(held)}</script>", 1)
    (tmp_path / "verify.html").write_text(text, "utf-8")
    page.goto((tmp_path / "verify.html").as_uri())

    page.get_by_role("button", name="Essayer avec un exemple").click()
    page.wait_for_selector("#verdict[data-exit]:not([aria-busy])")

    assert page.get_attribute("#verdict", "data-exit") == "0"
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_changed_figure_is_refused_that_can_be_counted_again(
    opened: Callable[..., Page], tmp_path: Path
) -> None:
    page = opened("en-CA")
    assert judged(page, shown_bundle(), tmp_path / "honest") == 0
    grades = page.locator("#verdict table").nth(1).locator("td.grade").all_inner_texts()
    assert {"proven", "recomputed", "confirmed"} <= set(grades)

    for name, shown in shown_figures().items():
        page.reload()
        bundle = shown_bundle({name: shown.other})
        assert judged(page, bundle, tmp_path / name) == our_exit(bundle)[0] == 1
        assert f"the card says {name} is " in page.inner_text("#verdict p:last-child")
