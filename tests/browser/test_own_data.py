"""One's own file, from the page to an export that equals what was answered."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.instance import Instance
from tests.browser.steps import (
    drop_files,
    keep,
    open_step,
    press_and_wait,
    set_pay,
    shown_text,
    sign_in_operator,
    start,
    wait_kept,
    wait_saved,
    write_aims,
    write_question,
)

CHOICES = ["Positif", "Négatif", "Ni l’un ni l’autre"]


def french_excel(path: Path) -> Path:
    """Write what Excel saves in Quebec: cp1252, semicolons, and what goes wrong in real files."""
    rows = ["id;avis;note"]
    rows += [f"{n:04d};Avis numéro {n}, très détaillé;{n % 5 + 1}" for n in range(1, 19)]
    rows[7] = '0007;"Livré en deux jours,\nemballage soigné";5'
    rows[8] = "0008;=1+1;3"
    rows.insert(11, "0099;il manque la note")
    rows.append(rows[3])
    path.write_bytes("\r\n".join(rows).encode("cp1252") + b"\r\n")
    return path


def test_french_excel_file_becomes_labels_by_keyboard_alone_and_offline(
    instance: Instance, profile: Callable[..., Page], tmp_path: Path
) -> None:
    page = profile(noisy=True)  # the network is cut on purpose
    sign_in_operator(page, instance)
    drop_files(page, instance, "Avis clients", french_excel(tmp_path / "avis.csv"))
    open_step(page, "file")
    page.locator("#columns input[name=judged][value=avis]").check()
    page.locator("#columns select[name=id_column]").select_option("id")
    keep(page, "columns")
    page.locator("#file details.left-out summary").first.click()
    expect(page.locator("#file")).to_contain_text(re.compile("note"))
    with page.expect_download() as problems:
        page.locator("#file a[href$='problems.csv']").first.click()
    said = Path(problems.value.path()).read_text("utf-8-sig")
    assert len(said.splitlines()) == 3
    write_question(page, "Cet avis est-il positif ?", CHOICES)
    write_aims(page)
    set_pay(page, overlap=1, price=None)
    slug = start(page)

    page.locator("form[action$='/answer'] button").click()
    page.wait_for_url(re.compile(f"/work/{slug}/"))
    expected: dict[str, str] = {}
    for number in range(10):
        key = str(number % 3 + 1)
        expected[shown_text(page)] = CHOICES[number % 3]
        press_and_wait(page, key)
    last = list(expected)[-1]
    press_and_wait(page, "Backspace")
    assert shown_text(page) == last
    press_and_wait(page, "3")
    expected[last] = CHOICES[2]
    wait_kept(instance, 11)
    expect(page.locator(".wb-fil rect.next").nth(2)).to_be_attached()
    page.context.set_offline(offline=True)
    for _ in range(2):
        expected[shown_text(page)] = CHOICES[1]
        press_and_wait(page, "2")
    expected[shown_text(page)] = CHOICES[1]
    page.keyboard.press("2")
    expect(page.locator(".wb-status").first).to_have_class(re.compile(r"\boff\b"))
    expect(page.locator(".wb-status").first).to_contain_text("3")
    page.context.set_offline(offline=False)
    wait_kept(instance, 14)
    wait_saved(page)

    out = instance.canut("export", slug, "--no-estimate")
    labelled = {row["avis"]: row for row in csv.DictReader(io.StringIO(out)) if row["label"]}
    assert {text: row["label"] for text, row in labelled.items()} == {
        (f"'{text}" if text.startswith("=") else text): label for text, label in expected.items()
    }
    by_key = {row["key"]: text for text, row in labelled.items()}
    assert by_key["0007"] == "Livré en deux jours,\nemballage soigné"
    assert by_key["0008"] == "'=1+1"
    assert instance.rows("SELECT count(*) FROM store_task") == [(18,)]
    answers = instance.rows("SELECT count(*), sum(counted) FROM store_answer")
    assert answers == [(14, 13)]


def test_pictures_become_labels_with_several_answers_each(
    instance: Instance, profile: Callable[..., Page], tmp_path: Path
) -> None:
    from PIL import Image

    pictures = []
    for number in range(6):
        path = tmp_path / f"image-{number}.png"
        Image.new("RGB", (64, 48), (40 * number, 90, 200 - 30 * number)).save(path)
        pictures.append(path)
    (tmp_path / "pas-une-image.png").write_text("<svg onload=alert(1)>")
    page = profile()
    sign_in_operator(page, instance)
    drop_files(page, instance, "Images", *pictures, tmp_path / "pas-une-image.png")
    expect(page.locator("#file")).to_contain_text("pas-une-image.png")
    write_question(page, "Que voyez-vous ?", ["Rouge", "Bleu", "Sombre"], multiple=True)
    write_aims(page)
    set_pay(page, overlap=1, price=None)
    slug = start(page)

    page.locator("form[action$='/answer'] button").click()
    page.wait_for_url(re.compile(f"/work/{slug}/"))
    for _ in range(5):
        expect(page.locator(".wb-img img, .wb-img canvas").first).to_be_visible()
        page.keyboard.press("1")
        page.keyboard.press("3")
        press_and_wait(page, "Enter")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.locator(".wb-end")).to_be_visible()
    wait_kept(instance, 6)

    out = instance.canut("export", slug, "--no-estimate", "--format", "jsonl")
    assert out.count('[\\"Rouge\\",\\"Sombre\\"]') == 5, out
    assert out.count('[\\"Bleu\\"]') == 1


def test_label_command_opens_at_the_first_task_and_continues_later(
    tmp_path: Path, profile: Callable[..., Page]
) -> None:
    from tests.browser.instance import free_port

    reviews = tmp_path / "reviews.csv"
    reviews.write_text("id,review\n1,Great\n2,Awful\n3,Meh\n4,Fine\n")
    command = ["label", str(reviews), "--text", "review"]
    command += ["--choices", "positive,negative,neutral", "--no-browser"]
    labels = Instance(tmp_path / "data", free_port(), command)
    labels.start()
    page = profile("en-CA")
    address = labels.line("/enter/").split()
    page.goto(next(word for word in address if "/enter/" in word))
    first = shown_text(page)
    press_and_wait(page, "1")
    wait_kept(labels, 1)
    labels.stop()

    labels.start()
    page = profile("en-CA")
    address = labels.line("/enter/").split()
    page.goto(next(word for word in address if "/enter/" in word))
    second = shown_text(page)
    labels.stop()

    assert (first, second) == ("Great", "Awful")
    assert labels.rows("SELECT count(*) FROM store_project") == [(1,)]
