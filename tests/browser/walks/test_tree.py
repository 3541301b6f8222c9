"""Worker, requester and reviewer by the accessibility tree alone: roles and names, no selector."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.walks import requester, worker
from tests.browser.walks.conftest import Lab, prepare_review, sign_in
from tests.browser.walks.tree import by_tree
from tests.browser.walks.walk import Walk

ANSWERS = "SELECT count(*) FROM store_answer"
VERDICTS = "SELECT count(*) FROM store_verdict"


def answers_of(lab: Lab) -> int:
    """Count the answers that were given."""
    return int(lab.instance.rows(ANSWERS)[0][0])


def has_more(lab: Lab, count: int) -> bool:
    """Return whether there are more answers than before."""
    return answers_of(lab) > count


def test_worker_gets_from_a_link_to_the_account_pay_goes_to_by_the_tree_alone(
    lab: Lab, profile: Callable[..., Page]
) -> None:
    walk = Walk(profile("fr-CA"))
    tree = by_tree(walk)
    before = answers_of(lab)
    walk.open(lab.link)

    tree.hears("€", "read what an answer and an hour pay")
    tree.write("textbox", "appeler", "Noa", "say a name")
    tree.press("button", "^Commencer", "begin", leaves=True)
    for _ in range(3):
        tree.hears("Avis numéro", "read the task")
        count = answers_of(lab)
        tree.press("button", "^bon", "answer")
        walk.waits(partial(has_more, lab, count), "the answer")
    tree.press("button", "^Arrêter|^Terminer", "stop", leaves=True)
    tree.press("link", "^Ma paie|^Paie", "see the pay", leaves=True)
    tree.hears("€", "read what is earned")
    tree.press("link", "Ajouter un compte", "add an account")
    tree.write("textbox", "^Nom du compte", "Noa Roy", "say whose account it is")
    tree.write("textbox", "^IBAN", worker.IBAN, "say its number")
    tree.press("button", "^Enregistrer ce compte", "keep it", leaves=True)

    assert answers_of(lab) >= before + 3
    assert (walk.clicks, walk.stuck) == (0, [])


def test_requester_gets_from_a_file_to_a_link_by_the_tree_alone(
    lab: Lab, profile: Callable[..., Page], tmp_path: Path
) -> None:
    page = profile("en-CA")
    sign_in(lab, page)
    walk = Walk(page)
    tree = by_tree(walk)
    walk.open(f"{lab.instance.url}/projects/")

    tree.press("link", "^New project", "start a project", leaves=True)
    with page.expect_file_chooser() as chooser, page.expect_navigation(url="**/setup"):
        tree.press("button", "^Drop a file", "choose a file")
        chooser.value.set_files(requester.write_texts(tmp_path, "arbre", requester.REVIEWS))
    tree.write("textbox", "^What you ask", "Le ton est-il bon ?", "write the question")
    tree.write("textbox", "[Aa]nswer 1|possible answer|^Answer", "bon", "write the answers")
    walk.press("Enter")
    walk.type("mauvais")
    tree.press("button", "^Next: what people are told", "keep the question", leaves=True)
    tree.write("textbox", "^What it is for", "Comprendre.", "say what the work is for")
    tree.write("textbox", "could go wrong", "Peu.", "say what could go wrong")
    tree.press("radio", "^Nothing hard", "say that nothing is hard")
    tree.press("button", "^Next: ", "keep what people are told", leaves=True)
    tree.press("button", "^Open the pilot", "open the pilot", leaves=True)
    tree.press("button", "^Copy", "copy the link")

    tree.hears("Copied", "hear that it is copied")
    assert (walk.clicks, walk.stuck) == (0, [])


def test_reviewer_decides_by_the_tree_alone(lab: Lab, profile: Callable[..., Page]) -> None:
    walk = Walk(profile("fr-CA"))
    tree = by_tree(walk)
    before = lab.instance.rows(VERDICTS)[0][0]
    walk.open(lab.instance.url + prepare_review(lab))

    walk.open(lab.instance.url)
    tree.hears("attend.* une relecture", "read what waits")
    tree.press("button", "^Relire", "take the first", leaves=True)
    tree.hears("L’étiquette actuelle", "read the label now")
    tree.press("button", "^Choisir A", "choose an answer", leaves=True)
    tree.press("button", "^Accepter", "accept the label of the next", leaves=True)

    assert lab.instance.rows(VERDICTS)[0][0] == before + 2
    assert (walk.clicks, walk.stuck) == (0, [])
