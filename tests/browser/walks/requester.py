"""A requester's first hour: from a file to somebody's first answer, seen on its task, exported."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.asked import picture
from tests.browser.test_regions import drag as drag_on_picture
from tests.browser.test_spans import drag as drag_on_text
from tests.browser.walks.walk import Walk

NEXT = "button[data-next]"
NAVIGATION = "nav a[href='/projects/']:visible"
REVIEWS = [f"Avis numéro {number}, assez détaillé" for number in range(1, 9)]
SENTENCES = [f"Ada Lovelace naît à Londres, phrase {number}." for number in range(1, 7)]


def write_texts(folder: Path, name: str, texts: list[str]) -> list[Path]:
    """Write a table of texts."""
    path = folder / f"{name}.csv"
    rows = [f"{number:04d};{text}" for number, text in enumerate(texts, 1)]
    path.write_text("\n".join(["id;texte", *rows]))
    return [path]


def write_pictures(folder: Path) -> list[Path]:
    """Draw a few pictures."""
    paths = [folder / f"photo-{number}.png" for number in range(4)]
    for number, path in enumerate(paths):
        path.write_bytes(picture(number))
    return paths


def start_project(walk: Walk, files: list[Path]) -> None:
    """Begin a project with its files, from the list of projects."""
    walk.click("main a[href='/projects/new']", "start a project", leaves=True)
    with walk.page.expect_navigation(url="**/setup"):
        walk.choose_files("input[type=file][name=files]", files)
    walk.measure()


def tell_people(walk: Walk) -> None:
    """Say what people are told."""
    walk.fill("[name=business]", "Comprendre les plaintes.", "say what the work is for")
    walk.fill("[name=ethical]", "Peu.", "say what could go wrong")
    walk.click("label.segment:has([name=hard][value=none])", "say that nothing is hard")
    walk.click(f"#told {NEXT}", "keep what people are told", leaves=True)


def open_pilot(walk: Walk) -> str:
    """Open the pilot at the price that is suggested and copy its link; returns the link."""
    walk.click("#price button.pri", "open the pilot", leaves=True)
    walk.click("[data-copy='#pilot-link']", "copy the link")
    return walk.page.locator("#pilot-link").input_value()


def ask_for_tone(walk: Walk) -> None:
    """Ask a question of two answers, written by hand."""
    walk.fill("[name=ask]", "Le ton est-il bon ?", "write the question")
    walk.page.locator("[name=choices]").first.fill("bon")
    walk.page.keyboard.press("Enter")
    walk.type("mauvais")  # one field to a person: answers, a line each
    walk.click(f"#question {NEXT}", "keep the question", leaves=True)


def ask_by_template(name: str) -> Callable[[Walk], None]:
    """Return what asks a ready question and keeps it as it is."""

    def ask(walk: Walk) -> None:
        walk.click(f"button[value='template:{name}']", f"take the question “{name}”", leaves=True)
        walk.click(f"#question {NEXT}", "keep the question", leaves=True)

    return ask


def start_work(guest: Page, link: str) -> None:
    """Come by the link as somebody invited, to the practice task."""
    guest.goto(link)
    guest.locator("form button.pri").first.click()
    guest.locator(".rg-window, .sp-text, .wb-choices").first.wait_for()


def choose_an_answer(guest: Page) -> None:
    """Answer a question of few answers."""
    guest.locator(".wb-choices button").first.click()


def draw_a_box(guest: Page) -> None:
    """Draw a box and confirm."""
    drag_on_picture(guest, (0.2, 0.3), (0.7, 0.7))
    guest.locator(".wb-check .btn.pri").click()


def mark_a_name(guest: Page) -> None:
    """Mark two words and confirm."""
    drag_on_text(guest, 1, 9)
    guest.locator(".wb-check .btn.pri").click()


def answer(guest: Page, give: Callable[[Page], None], is_kept: Callable[[], bool]) -> None:
    """Answer the practice task and go on until the server has an answer that counts."""
    for _ in range(6):
        give(guest)
        for _ in range(20):
            guest.wait_for_timeout(50)
            if is_kept():
                return
            if guest.locator(".wb-next").count():
                guest.locator(".wb-next").click()
                break
    raise AssertionError("no answer was kept")


def see_and_export(walk: Walk, visible_text: str) -> None:
    """See the answer on its task, and fetch the answers."""
    walk.click("a[href$='/pilot']", "go to the road to opening", leaves=True)
    walk.click("nav a[href$='/tasks']", "see the tasks", leaves=True)
    walk.click(
        "table a[href*='/tasks/'], .wb-thumbs a[href*='/tasks/']", "open a task", leaves=True
    )
    walk.reads("main", visible_text, "read the answer on its task")
    walk.click("nav a[href$='/quality']", "go to the results", leaves=True)
    walk.click("a[href$='/export']", "go to the export", leaves=True)
    with walk.page.expect_download() as fetched:
        walk.click("a[href*='/export/labels.csv']", "fetch the labels")
    assert fetched.value.path().stat().st_size


@dataclass(frozen=True)
class Kind:
    """One kind of project: its files, its question, an answer, and how the answer is seen."""

    write_files: Callable[[Path], list[Path]]
    ask: Callable[[Walk], None]
    give: Callable[[Page], None]
    visible_text: str


KINDS = {
    "text": Kind(
        lambda folder: write_texts(folder, "avis", REVIEWS), ask_for_tone, choose_an_answer, "bon"
    ),
    "boxes": Kind(write_pictures, ask_by_template("objects"), draw_a_box, "1 ×"),
    "spans": Kind(
        lambda folder: write_texts(folder, "phrases", SENTENCES),
        ask_by_template("names"),
        mark_a_name,
        "Ada Lovelace",
    ),
}
