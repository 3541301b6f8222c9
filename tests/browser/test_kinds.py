"""Every kind the page draws, answered by keyboard and by touch, and read back from the database."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from canut.core.kinds import IN_PICTURES, KINDS
from tests.browser.instance import Instance, axe, free_port

type Steps = list[str]

NEAR = 4
LONG = "Un métier à tisser devant une fenêtre."
NAVETTE = {
    "spans": [{"id": "1", "label": "person", "start": 3, "end": 16}],
    "relations": [],
}
RELATED = {
    "spans": [
        {"id": "1", "label": "person", "start": 3, "end": 10},
        {"id": "2", "label": "place", "start": 23, "end": 26},
    ],
    "relations": [{"from": "1", "to": "2", "label": "works_in"}],
}
PLACED = ["p", "Shift+ArrowRight"]
KEYS: dict[str, tuple[Steps, object]] = {
    "choice-single": (["2"], "chien"),
    "choice-multiple": (["2", "1", "Enter"], ["prix", "delai"]),
    "choice-hierarchical": (["1", "ArrowLeft", "2", "1"], ["plante", "arbre"]),
    "rating-scale": (["4"], 4),
    "rating-slider": (["ArrowRight", "ArrowRight", "Enter"], 52),
    "number-count": (["=12", "Enter"], 12),
    "number-reading": (["=48,25", "Enter"], 48.25),
    "text-short": (["=Velours & Fils", "Enter"], "Velours & Fils"),
    "text-long": ([f"={LONG}", "Control+Enter"], LONG),
    "text-transcription": (["=La navette.", "Control+Enter"], "La navette."),
    "text-translation": (["=The shuttle passes.", "Control+Enter"], "The shuttle passes."),
    "text-correction": (["Control+Enter"], "Fabriqve de soie, quai St-Clair (1)"),
    "spans-entities": (["ArrowRight", "ArrowRight", "1", "Shift+ArrowRight", "Enter"], NAVETTE),
    "spans-relations": (
        ["ArrowRight", "ArrowRight", "1", *["ArrowRight"] * 3, "2", "p", "r", "n", "1", "Enter"],
        RELATED,
    ),
    "audio-segments": (
        ["i", "Shift+ArrowRight", "o", "ArrowRight", "Enter"],
        [{"label": "loom", "start": 0, "end": 1.1}],
    ),
    "audio-transcript": (
        ["i", "Shift+ArrowRight", "o", "2", "t", "=Bonjour.", "Control+Enter"],
        [{"label": "b", "start": 0, "end": 1, "text": "Bonjour."}],
    ),
    "boxes-upright": (
        [*PLACED, "Shift+ArrowDown", "p", "Enter"],
        [{"label": "bobbin", "x": 320, "y": 210, "w": 10, "h": 10}],
    ),
    "boxes-rotated": (
        [*PLACED, "Shift+ArrowDown", "p", "c", "c", "c", "ArrowRight", "ArrowRight", "Enter"],
        [{"label": "ship", "x": 320, "y": 210, "w": 10, "h": 10, "angle": 2}],
    ),
    "polygons-outlines": (
        [*PLACED, "p", "Shift+ArrowDown", "p", "e", "Enter"],
        [{"label": "roof", "points": [[320, 210], [330, 210], [330, 220]]}],
    ),
    "keypoints-hand": (
        [*PLACED, "p", "Enter"],
        [{"label": "hand", "points": {"wrist": [320, 210, 2], "index": [330, 210, 2]}}],
    ),
    "pair-preference": (["b", "1", "Enter"], {"choice": "b", "reasons": ["truer"]}),
    "ranking-replies": (["2", "3", "ArrowUp", "Enter"], ["third", "second", "first"]),
    "chat-rate": (["4", "2", "Enter"], [{"turn": 1, "rating": 4}, {"turn": 3, "rating": 2}]),
    "chat-compare": (["e"], {"choice": "tie", "reasons": []}),
    "chat-write": ([f"={LONG}", "Control+Enter"], LONG),
}
TOUCH: dict[str, tuple[Steps, object]] = {
    "choice-single": (["[data-value=chat]"], "chat"),
    "choice-multiple": (["[data-value=accueil]", "check"], ["accueil"]),
    "choice-hierarchical": (
        ["[data-value=animal]", "[data-value=poisson]"],
        ["animal", "poisson"],
    ),
    "rating-scale": (["[data-value='2']"], 2),
    "rating-slider": ([".kd-step >> nth=1", ".kd-step >> nth=0", "check"], 50),
    "number-count": ([".kd-step >> nth=1", ".kd-step >> nth=1", "check"], 1),
    "number-reading": (["=7.5", "check"], 7.5),
    "text-short": (["=Soie", "check"], "Soie"),
    "text-long": ([f"={LONG}", "check"], LONG),
    "text-transcription": (["=La navette.", "check"], "La navette."),
    "text-translation": (["=It goes by.", "check"], "It goes by."),
    "text-correction": (["=Fabrique de soie", "check"], "Fabrique de soie"),
    "spans-entities": (["[data-value=person]", "@3", "@11", "check"], NAVETTE),
    "spans-relations": (
        [
            *("@3", "@3", "[data-value=place]", "@24", "@24", "@3"),
            *("[data-move=relate]", "@24", "check"),
        ],
        RELATED,
    ),
    "audio-segments": (
        [
            *("[data-value=voice]", "[data-move=from]", "[data-move=much-later]"),
            *("[data-move=to]", "check"),
        ],
        [{"label": "voice", "start": 0, "end": 1}],
    ),
    "audio-transcript": (
        [
            *("[data-move=from]", "[data-move=much-later]", "[data-move=to]"),
            *("=Bonsoir.", "check"),
        ],
        [{"label": "a", "start": 0, "end": 1, "text": "Bonsoir."}],
    ),
    "boxes-upright": (
        ["@0.25,0.2", "@0.5,0.4", "check"],
        [{"label": "bobbin", "x": 160, "y": 84, "w": 160, "h": 84}],
    ),
    "boxes-rotated": (
        ["@0.25,0.2", "@0.5,0.4", *3 * ["[data-do=grip]"], "[data-do='step right']", "check"],
        [{"label": "ship", "x": 160, "y": 84, "w": 160, "h": 84, "angle": 2}],
    ),
    "polygons-outlines": (
        ["@0.25,0.2", "@0.5,0.2", "@0.5,0.6", "[data-do=close]", "check"],
        [{"label": "roof", "points": [[160, 84], [320, 84], [320, 252]]}],
    ),
    "keypoints-hand": (
        ["@0.25,0.2", "[data-do=absent]", "check"],
        [{"label": "hand", "points": {"wrist": [160, 84, 2], "index": [0, 0, 0]}}],
    ),
    "pair-preference": (["[data-value=tie]", "check"], {"choice": "tie", "reasons": []}),
    "ranking-replies": (
        [".kd-rest [data-value=third]", ".kd-rest [data-value=first]", "check"],
        ["third", "first", "second"],
    ),
    "chat-rate": (
        ["[data-turn='1'] [data-value='5']", "[data-turn='3'] [data-value='1']", "check"],
        [{"turn": 1, "rating": 5}, {"turn": 3, "rating": 1}],
    ),
    "chat-compare": (["[data-value=a]"], {"choice": "a", "reasons": []}),
    "chat-write": ([f"={LONG}", "check"], LONG),
}


@pytest.fixture(scope="module")
def asked(
    tmp_path_factory: pytest.TempPathFactory, empty: Path
) -> Iterator[tuple[Instance, dict[str, Any]]]:
    """Serve an instance with a project of each way of asking."""
    data = shutil.copytree(empty, tmp_path_factory.mktemp("asked") / "data")
    instance = Instance(data, free_port(), ["serve"])
    made = json.loads(instance.told(sys.executable, "-m", "tests.browser.asked", str(data), "fr"))
    instance.start()
    yield instance, made
    instance.stop()


@pytest.fixture(scope="module")
def entered(asked: tuple[Instance, dict[str, Any]], chromium: Browser) -> StorageState:
    """Enter once; what the browser keeps of it serves every profile."""
    instance, made = asked
    context = chromium.new_context(locale="fr-CA")
    page = context.new_page()
    page.goto(instance.url + made["enter"])
    found = context.storage_state()
    context.close()
    return found


@pytest.fixture
def at_work(
    asked: tuple[Instance, dict[str, Any]],
    entered: StorageState,
    profile: Callable[..., Page],
) -> Callable[..., tuple[Page, Callable[[str], None]]]:
    """Return a page of somebody who has entered, and what brings them to a project's work."""
    instance, made = asked

    def new(*, width: int = 1280, theme: str = "light") -> tuple[Page, Callable[[str], None]]:
        page = profile("fr-CA", width, theme)
        page.context.add_cookies(cast("Any", entered["cookies"]))

        def go(name: str) -> None:
            page.goto(f"{instance.url}/work/{made['projects'][name]}/")
            page.locator(".wb-choices").first.wait_for()

        return page, go

    return new


def given(instance: Instance, slug: str) -> list[dict[str, Any]]:
    """Read what was answered in a project, oldest first."""
    sql = (
        'SELECT a."values" FROM store_answer a JOIN store_project p ON p.id = a.project_id'
        " WHERE p.slug = ? ORDER BY a.id"
    )
    return [json.loads(values) for (values,) in instance.rows(sql, slug)]


def wait_given(page: Page, instance: Instance, slug: str, many: int) -> dict[str, Any]:
    """Wait until so many answers are kept, and return the last."""
    for _ in range(200):
        found = given(instance, slug)
        if len(found) >= many:
            return found[-1]
        page.wait_for_timeout(50)
    raise AssertionError(f"{slug} has {len(given(instance, slug))} answers, not {many}")


def do(page: Page, step: str) -> None:
    """Press a key, type after an equals sign, tap a place, or tap the button that answers."""
    if step.startswith("="):
        field = page.locator(".wb-choices :is(input, textarea)").first
        if page.evaluate("matchMedia('(hover: none)').matches"):
            field.tap()
            field.fill(step[1:])
        else:
            expect(field).to_be_focused()
            page.keyboard.insert_text(step[1:])
    elif step.startswith("@"):
        if step[1:].isdecimal():
            page.touchscreen.tap(*word_at(page, int(step[1:])))
            return
        place = page.locator(".rg-window")
        place.scroll_into_view_if_needed()
        room = place.bounding_box()
        assert room
        across, down = (float(part) for part in step[1:].split(","))
        page.touchscreen.tap(room["x"] + across * room["width"], room["y"] + down * room["height"])
    elif step == "check":
        page.locator(".wb-check .btn.pri").tap()
    elif step.startswith((".", "[")):
        page.locator(step).first.tap()
    else:
        page.keyboard.press(step)


def word_at(page: Page, place: int) -> tuple[float, float]:
    """Return where on the screen a character of the text stands, brought into view."""
    x, y = page.evaluate(
        """place => {
            const room = document.querySelector(".sp-text");
            const text = [...room.childNodes].find(n => n.nodeType === 3 && n.length);
            const range = document.createRange();
            range.setStart(text, place);
            range.setEnd(text, place + 1);
            const before = range.getBoundingClientRect();
            if (before.top < 60 || before.bottom > innerHeight - 60)
                window.scrollBy(0, before.top - innerHeight / 2);
            const box = range.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];
        }""",
        place,
    )
    return x, y


def alike(said: object, wanted: object) -> bool:
    """Compare answers; a finger places regions to within two points of the screen, four pixels."""
    if isinstance(said, dict) and isinstance(wanted, dict):
        return said.keys() == wanted.keys() and all(alike(said[k], wanted[k]) for k in said)
    if isinstance(said, list) and isinstance(wanted, list):
        return len(said) == len(wanted) and all(map(alike, said, wanted))
    if isinstance(said, int | float) and isinstance(wanted, int | float):
        return abs(said - wanted) <= NEAR
    return said == wanted


def too_small(page: Page) -> list[str]:
    """Return what one presses among the answers that is under 44 pixels high on a phone."""
    found = page.evaluate(
        "() => [...document.querySelectorAll('.wb-task :is(button, input, textarea)')]"
        ".filter(e => e.offsetParent && !e.matches('.wb-link') && e.getBoundingClientRect()"
        ".height < 43.5).map(e => e.outerHTML.slice(0, 90))"
    )
    return list(found)


def test_every_drawn_kind_is_driven_here() -> None:
    assert (
        {name.split("-")[0] for name in KEYS}
        == {name.split("-")[0] for name in TOUCH}
        == KINDS.keys()
    )
    assert KEYS.keys() == TOUCH.keys()


def test_each_kind_is_answered_by_keyboard_and_read_back(
    asked: tuple[Instance, dict[str, Any]],
    at_work: Callable[..., tuple[Page, Callable[[str], None]]],
) -> None:
    instance, made = asked
    page, go = at_work()
    wrong: dict[str, object] = {}
    for name, (steps, answer) in KEYS.items():
        go(name)
        if found := axe(page):
            wrong[f"{name} axe"] = found
        for step in steps:
            do(page, step)
        said = wait_given(page, instance, made["projects"][name], 1)
        if said != {"q": answer}:
            wrong[name] = said
    assert not wrong


def test_each_kind_is_answered_by_touch_on_a_phone_and_read_back(
    asked: tuple[Instance, dict[str, Any]],
    at_work: Callable[..., tuple[Page, Callable[[str], None]]],
) -> None:
    instance, made = asked
    page, go = at_work(width=390, theme="dark")
    wrong: dict[str, object] = {}
    for name, (steps, answer) in TOUCH.items():
        go(name)
        before = len(given(instance, made["projects"][name]))
        if found := [*axe(page), *too_small(page)]:
            wrong[f"{name} page"] = found
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong[f"{name} width"] = "wider than the screen"
        for step in steps:
            do(page, step)
        said = wait_given(page, instance, made["projects"][name], before + 1)
        in_picture = name.split("-")[0] in IN_PICTURES
        if not (alike(said, {"q": answer}) if in_picture else said == {"q": answer}):
            wrong[name] = said
    assert not wrong


def test_several_questions_are_gone_through_by_keyboard_alone(
    asked: tuple[Instance, dict[str, Any]],
    at_work: Callable[..., tuple[Page, Callable[[str], None]]],
) -> None:
    instance, made = asked
    page, go = at_work()
    go("several")
    assert not axe(page)
    expect(page.locator(".wb-ask")).to_have_count(3)

    page.keyboard.press("1")
    expect(page.locator(".wb-ask")).to_have_count(4)
    expect(page.locator(".wb-live")).to_contain_text("Depuis combien de jours")
    expect(page.locator("[data-slot=days] input")).to_be_focused()
    page.keyboard.insert_text("400")
    page.keyboard.press("Enter")
    expect(page.locator(".wb-live")).to_contain_text("De 0 à 365")
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("3")
    page.keyboard.press("Enter")
    page.keyboard.press("5")
    expect(page.locator("[data-slot=word] input")).to_be_focused()
    page.keyboard.press("Enter")

    said = wait_given(page, instance, made["projects"]["several"], 1)
    assert said == {"urgent": "oui", "days": 3, "tone": 5}


def test_what_was_begun_is_there_after_a_reload_and_steps_are_taken_back(
    asked: tuple[Instance, dict[str, Any]],
    at_work: Callable[..., tuple[Page, Callable[[str], None]]],
) -> None:
    instance, made = asked
    page, go = at_work()
    go("several")
    page.keyboard.press("2")
    page.keyboard.press("4")
    page.keyboard.insert_text("Merci")
    expect(page.locator("[data-slot=word] input")).to_have_value("Merci")
    page.wait_for_timeout(200)

    go("several")
    expect(page.locator("[data-slot=urgent] [data-value=non]")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(page.locator("[data-slot=word] input")).to_have_value("Merci")

    page.locator("[data-slot=tone] [data-value='2']").click()
    page.keyboard.press("Escape")
    page.locator("[data-slot=tone] .wb-choices").focus()
    page.keyboard.press("Control+z")
    expect(page.locator("[data-slot=tone] [data-value='4']")).to_have_attribute(
        "aria-pressed", "true"
    )
    page.locator(".wb-check .btn.pri").click()
    before = 1 + int(bool(given(instance, made["projects"]["several"])))
    said = wait_given(page, instance, made["projects"]["several"], min(before, 2))
    assert said == {"urgent": "non", "tone": 4, "word": "Merci"}
