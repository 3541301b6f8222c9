"""Each sort of template that Label Studio ships is read, answered by keyboard, and written back.

The configurations are our own; they use the same tags in the same way.
"""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.instance import Instance, free_port
from tests.browser.templates import answer, config_of, exported

WRITTEN = "Une trame serrée."
CHOICES = '<Choice value="Oui"/><Choice value="Non"/><Choice value="Peut-être"/>'
TEMPLATES: dict[str, tuple[str, set[str]]] = {
    "one-choice": (
        (
            '<Text name="avis" value="$avis"/><Choices name="ton" toName="avis" choice="single">'
            f"{CHOICES}</Choices>"
        ),
        {"choices"},
    ),
    "choices-in-turn": (
        (
            '<Text name="avis" value="$avis"/><Choices name="ton" toName="avis">'
            f"{CHOICES}</Choices>"
            '<Choices name="motif" toName="avis" choice="multiple" visibleWhen="choice-selected"'
            ' whenTagName="ton" whenChoiceValue="Oui"><Choice value="Prix"/><Choice value="Délai"/>'
            "</Choices>"
        ),
        {"choices"},
    ),
    "taxonomy": (
        (
            '<Text name="fiche" value="$fiche"/><Taxonomy name="sorte" toName="fiche">'
            '<Choice value="Étoffe"><Choice value="Velours"/><Choice value="Satin"/></Choice>'
            '<Choice value="Fil"/></Taxonomy>'
        ),
        {"taxonomy"},
    ),
    "several-of-a-list": (
        (
            '<Header value="Lesquels ?"/><Text name="q" value="$demande"/>'
            '<Text name="a" value="$un"/><Text name="b" value="$deux"/>'
            '<Choices name="bons" toName="q" choice="multiple">'
            '<Choice value="Le premier"/><Choice value="Le second"/></Choices>'
        ),
        {"choices"},
    ),
    "summary": (
        (
            '<Text name="long" value="$article"/>'
            '<TextArea name="resume" toName="long" rows="4" maxSubmissions="1"/>'
        ),
        {"textarea"},
    ),
    "free-fields": (
        (
            '<Text name="long" value="$article"/>'
            '<TextArea name="titre" toName="long"/><TextArea name="auteur" toName="long"/>'
        ),
        {"textarea"},
    ),
    "table": (
        (
            '<Table name="rang" value="$rang"/><Choices name="juste" toName="rang">'
            f"{CHOICES}</Choices>"
        ),
        {"choices"},
    ),
    "pair": (
        (
            '<Text name="a" value="$un"/><Text name="b" value="$deux"/>'
            '<Pairwise name="mieux" toName="a,b"/>'
        ),
        {"pairwise"},
    ),
    "rated-pictures": (
        (
            '<Image name="un" value="$un"/><Image name="deux" value="$deux"/>'
            '<Rating name="note" toName="un" maxRating="5"/>'
        ),
        {"rating"},
    ),
    "pictures-with-choices-and-words": (
        (
            '<Image name="un" value="$un"/><Image name="deux" value="$deux"/>'
            f'<Choices name="vu" toName="un">{CHOICES}</Choices>'
            f'<Choices name="revu" toName="deux">{CHOICES}</Choices>'
            '<TextArea name="mot" toName="un"/>'
        ),
        {"choices", "textarea"},
    ),
    "entities": (
        (
            '<Labels name="nom" toName="texte"><Label value="Ville"/><Label value="Date"/></Labels>'
            '<Text name="texte" value="$texte"/>'
        ),
        {"labels"},
    ),
    "boxes-read": (
        (
            '<Image name="page" value="$page"/><RectangleLabels name="zone" toName="page"'
            ' canRotate="false"><Label value="Titre"/><Label value="Prix"/></RectangleLabels>'
            '<TextArea name="lu" toName="page" perRegion="true"/>'
        ),
        {"rectanglelabels", "textarea"},
    ),
    "outlines": (
        (
            '<Image name="page" value="$page"/><PolygonLabels name="bord" toName="page">'
            '<Label value="Motif"/><Label value="Fond"/></PolygonLabels>'
        ),
        {"polygonlabels"},
    ),
    "points": (
        (
            '<Image name="page" value="$page"/><KeyPointLabels name="main" toName="page">'
            '<Label value="Poignet"/><Label value="Index"/></KeyPointLabels>'
        ),
        {"keypointlabels"},
    ),
    "sound-transcribed": (
        '<Audio name="son" value="$son"/><TextArea name="dit" toName="son"/>',
        {"textarea"},
    ),
    "sound-in-segments": (
        (
            '<Labels name="qui" toName="son"><Label value="A"/><Label value="B"/></Labels>'
            '<Audio name="son" value="$son"/>'
        ),
        {"labels"},
    ),
}


@pytest.fixture(scope="module")
def configs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write each configuration to a file."""
    folder = tmp_path_factory.mktemp("configs")
    for name, (tags, _) in TEMPLATES.items():
        (folder / f"{name}.xml").write_text(f"<View>{tags}</View>")
    return folder


@pytest.fixture(scope="module")
def asked(
    tmp_path_factory: pytest.TempPathFactory, empty: Path, configs: Path
) -> Iterator[tuple[Instance, dict[str, Any]]]:
    """Serve an instance with a project of each configuration that is drawn."""
    data = shutil.copytree(empty, tmp_path_factory.mktemp("templates") / "data")
    instance = Instance(data, free_port(), ["serve"])
    words = ("-m", "tests.browser.templates", str(data), str(configs))
    made = json.loads(instance.told(sys.executable, *words))
    instance.start()
    yield instance, made
    instance.stop()


def test_every_sort_of_template_becomes_a_project(asked: tuple[Instance, dict[str, Any]]) -> None:
    _, made = asked

    assert set(made["projects"]) == TEMPLATES.keys()
    assert made["refused"] == {}


def test_each_is_answered_by_keyboard_and_written_back(
    asked: tuple[Instance, dict[str, Any]],
    configs: Path,
    profile: Callable[..., Page],
) -> None:
    instance, made = asked
    page = profile()
    page.goto(instance.url + made["enter"])
    wrong: dict[str, object] = {}
    for name, slug in made["projects"].items():
        page.goto(f"{instance.url}/work/{slug}/")
        page.locator(".wb-choices").first.wait_for()
        if not answer(page, WRITTEN):
            wrong[name] = "cannot be answered by keyboard"
            continue
        tasks = list[dict[str, Any]]()
        for _ in range(200):
            if tasks := exported(instance, slug, config_of(configs / f"{name}.xml")):
                break
            page.wait_for_timeout(50)
        results = [one for task in tasks for one in task["annotations"][0]["result"]]
        types = {str(one["type"]) for one in results}
        if not types >= TEMPLATES[name][1]:
            wrong[name] = results
    assert not wrong
