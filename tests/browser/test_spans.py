"""Spans marked by mouse, by keys and by the accessibility tree alone; changed, undone, kept."""

import json
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.browser.instance import Instance, axe, free_port
from tests.browser.test_kinds import given, wait_given, word_at

LONG = "Le canut tend la chaîne. " * 2_000


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, empty: Path) -> Iterator[tuple[Instance, Any]]:
    """Serve an instance with a project of each way of asking."""
    data = shutil.copytree(empty, tmp_path_factory.mktemp("spans") / "data")
    instance = Instance(data, free_port(), ["serve"])
    made = json.loads(instance.told(sys.executable, "-m", "tests.browser.asked", str(data), "fr"))
    instance.start()
    yield instance, made
    instance.stop()


@pytest.fixture(scope="module")
def entered(asked: tuple[Instance, Any], chromium: Browser) -> StorageState:
    """Enter once; what the browser keeps of it serves every profile."""
    instance, made = asked
    context = chromium.new_context(locale="fr-CA")
    page = context.new_page()
    page.goto(instance.url + made["enter"])
    found = context.storage_state()
    context.close()
    return found


@pytest.fixture
def work(
    asked: tuple[Instance, Any], entered: StorageState, profile: Callable[..., Page]
) -> Callable[[str], tuple[Page, Callable[[], dict[str, Any]]]]:
    """Open a project's work; return its page, and what waits for the next answer that is kept."""
    instance, made = asked

    def new(name: str) -> tuple[Page, Callable[[], dict[str, Any]]]:
        page = profile("fr-CA", 1280, "light")
        page.context.add_cookies(cast("Any", entered["cookies"]))
        slug = made["projects"][name]
        page.goto(f"{instance.url}/work/{slug}/")
        page.locator(".wb-choices").first.wait_for()
        before = len(given(instance, slug))
        return page, lambda: wait_given(page, instance, slug, before + 1)

    return new


def drag(page: Page, start: int, end: int) -> None:
    """Draw the mouse from one character of the text to another."""
    page.mouse.move(*word_at(page, start))
    page.mouse.down()
    page.mouse.move(*word_at(page, end), steps=4)
    page.mouse.up()


def test_spans_are_drawn_by_mouse_changed_undone_and_kept(
    work: Callable[[str], tuple[Page, Callable[[], dict[str, Any]]]],
) -> None:
    page, kept = work("spans-entities")
    drag(page, 4, 12)
    page.locator("[data-value=place]").click()
    drag(page, 32, 24)
    expect(page.locator(".sp-item")).to_have_count(2)
    drag(page, 0, 5)
    expect(page.locator(".wb-live")).to_contain_text("deux passages ne peuvent pas se recouvrir")

    page.mouse.click(*word_at(page, 5))
    page.locator("[data-value=place]").click()
    expect(page.locator(".sp-item").first).to_contain_text("Lieu")
    page.keyboard.press("Control+z")
    expect(page.locator(".sp-item").first).to_contain_text("Personne")
    page.locator(".sp-item .kd-x").last.click()
    page.keyboard.press("Control+z")
    page.locator(".wb-check .btn.pri").click()

    assert kept() == {
        "q": {
            "spans": [
                {"id": "1", "label": "person", "start": 3, "end": 16},
                {"id": "2", "label": "place", "start": 23, "end": 34},
            ],
            "relations": [],
        }
    }


def test_drag_within_one_word_marks_that_word(
    work: Callable[[str], tuple[Page, Callable[[], dict[str, Any]]]],
) -> None:
    page, _ = work("spans-entities")
    drag(page, 4, 7)
    expect(page.locator(".sp-item")).to_have_count(1)
    expect(page.locator(".sp-item")).to_contain_text("navette")

    page.locator("[data-value=place]").click()
    expect(page.locator(".sp-item")).to_contain_text("Personne")


def test_whole_task_of_spans_is_done_by_the_accessibility_tree_alone(
    work: Callable[[str], tuple[Page, Callable[[], dict[str, Any]]]],
) -> None:
    page, kept = work("spans-relations")

    def press(name: str, times: int = 1) -> None:
        for _ in range(times):
            page.get_by_role("button", name=re.compile(f"^{name}")).first.click()

    press("Mot à droite", 2)
    expect(page.locator(".wb-live")).to_have_text(re.compile("^navette"))
    press("Personne")
    press("Étendre à droite")
    press("Mot à droite", 2)
    press("Lieu")
    press("Passage précédent")
    press("Relier")
    press("Passage suivant")
    press("travaille à")
    expect(page.locator(".wb-live")).to_contain_text("travaille à")
    page.get_by_role("button", name="Valider").click()

    assert kept()["q"]["relations"] == [{"from": "1", "to": "2", "label": "works_in"}]


def test_review_shows_each_answer_in_its_text_and_corrects_from_the_label(
    asked: tuple[Instance, Any], profile: Callable[..., Page]
) -> None:
    instance, made = asked
    slugs = [made["projects"][name] for name in ("spans-relations", "audio-transcript")]
    enter = instance.told(
        sys.executable, "-m", "tests.browser.reviewed", str(instance.data), *slugs
    )
    page = profile("fr-CA", 1280, "light")
    page.goto(instance.url + enter)
    for slug, kind in zip(slugs, (".text-line", ".sound-track"), strict=True):
        page.goto(f"{instance.url}/projects/{slug}/review")
        page.locator("button[data-key=Enter]").click()
        expect(page.locator(".review-sides > li")).to_have_count(2)
        for letter in "AB":
            expect(page.locator(f"{kind}[data-layer={letter}]").first).to_be_visible()
        assert not axe(page)
        assert "Léa" not in page.locator(".review-sides").inner_text()

    page.locator(".review-correct > summary").click()
    page.locator("[data-into] [data-value=b]").click()
    page.locator("[data-into] .sp-pick").click()
    page.locator("[data-into] [data-value=b]").click()
    page.locator("[data-into] textarea").fill("Bonjour à tous.")
    page.locator("button:has-text('Corriger')").click()
    page.wait_for_url("**/review")
    (label,) = instance.rows("SELECT label FROM store_verdict ORDER BY id DESC LIMIT 1")[0]
    assert json.loads(label) == [{"label": "b", "start": 0, "end": 1.5, "text": "Bonjour à tous."}]


def test_keys_of_spans_stand_on_the_sheet_without_collision(
    work: Callable[[str], tuple[Page, Callable[[], dict[str, Any]]]],
) -> None:
    page, _kept = work("spans-relations")
    page.get_by_role("button", name="Toutes les touches").click()

    caps = page.locator("dialog .wb-keys dt").all_inner_texts()
    assert len(caps) == len(set(caps))
    assert {"⇧ →", "N", "K", "⌦", "X", "1", "2"} <= {cap.strip() for cap in caps}


def test_ten_thousand_words_stay_quick(
    work: Callable[[str], tuple[Page, Callable[[], dict[str, Any]]]],
) -> None:
    page, _kept = work("spans-entities")
    took = page.evaluate(
        """async text => {
            const bench = document.querySelector("canut-workbench");
            const cells = bench.answering.sheet.cells;
            Object.assign(Object.values(cells)[0], { value: text });
            bench.requestUpdate();
            await bench.updateComplete;
            const frame = () => new Promise(done => requestAnimationFrame(() => done()));
            const press = (key, shiftKey) => document.dispatchEvent(
                new KeyboardEvent("keydown", { key, code: key, shiftKey, bubbles: true }));
            await frame();
            const times = [];
            for (let at = 0; at < 30; at += 1) {
                const before = performance.now();
                press("ArrowRight", at % 3 === 2);
                if (at % 3 === 2) press("1");
                await bench.updateComplete;
                document.body.getBoundingClientRect();
                times.push(performance.now() - before);
            }
            return times.sort((a, b) => a - b)[15];
        }""",
        LONG,
    )
    assert page.locator(".sp-item").count() >= 5
    assert took < 100
