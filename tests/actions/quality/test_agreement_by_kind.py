"""People who answer nearly alike agree, whatever the kind of question; others do not."""

from typing import Any

import pytest

from canut.actions.quality.estimates import estimate_labels
from canut.core.clock import to_ms
from canut.core.kinds import check_schema
from canut.store.models import QuestionVersion, Worker
from canut.store.quality.results import agreement
from tests.actions.quality.test_estimates import NOW, Crowd

pytestmark = pytest.mark.django_db

LABELS = [{"value": "cat"}, {"value": "dog"}]


def box(x: float, y: float, w: float, h: float, label: str = "cat") -> dict[str, Any]:
    return {"label": label, "x": x, "y": y, "w": w, "h": h}


def outline(*points: tuple[float, float], label: str = "cat") -> dict[str, Any]:
    return {"label": label, "points": [list(point) for point in points]}


def span(start: float, end: float, label: str = "cat") -> dict[str, Any]:
    return {"label": label, "start": start, "end": end}


def spans(*marked: dict[str, Any]) -> dict[str, Any]:
    return {"spans": [*marked], "relations": []}


ITEMS = [{"value": each} for each in "abcde"]
CASES: list[Any] = [
    pytest.param(
        {"kind": "boxes", "labels": LABELS},
        "image",
        [[box(10, 10, 100, 60)], [box(12, 11, 99, 58)], [box(8, 9, 104, 62)]],
        [box(300, 300, 20, 20)],
        id="boxes",
    ),
    pytest.param(
        {"kind": "polygons", "labels": LABELS},
        "image",
        [
            [outline((0, 0), (100, 0), (100, 50))],
            [outline((1, 0), (102, 1), (100, 52))],
            [outline((0, 1), (99, 0), (101, 49))],
        ],
        [outline((300, 300), (320, 300), (310, 330))],
        id="polygons",
    ),
    pytest.param(
        {"kind": "spans", "labels": LABELS},
        "text",
        [spans(span(0, 11)), spans(span(0, 10)), spans(span(1, 11))],
        spans(span(20, 30)),
        id="spans",
    ),
    pytest.param(
        {"kind": "audio", "labels": LABELS},
        "audio",
        [[span(1, 4)], [span(1, 4.2)], [span(0.9, 4)]],
        [span(20, 24)],
        id="segments",
    ),
    pytest.param(
        {"kind": "keypoints", "labels": LABELS, "points": [{"value": "eye"}, {"value": "ear"}]},
        "image",
        [
            [{"label": "cat", "points": {"eye": [x, 10, 2], "ear": [50, x, 2]}}]
            for x in (20, 23, 18)
        ],
        [{"label": "cat", "points": {"eye": [300, 300, 2], "ear": [400, 300, 2]}}],
        id="keypoints",
    ),
    pytest.param(
        {"kind": "ranking", "items": ITEMS},
        "text",
        [list("abcde"), list("bacde"), list("abced")],
        list("edcba"),
        id="ranking",
    ),
    pytest.param(
        {"kind": "text"},
        "text",
        ["Le métier bat la soie.", "Le metier bat la soie.", "Le métier bat la soie"],
        "Rien à lire ici.",
        id="text",
    ),
    pytest.param(
        {"kind": "number", "least": 0, "most": 100, "decimals": 1},
        "text",
        [41.0, 41.5, 40.5],
        90.0,
        id="number",
    ),
    pytest.param(
        {"kind": "date", "tolerance": 2},
        "text",
        ["1806-05-11", "1806-05-12", "1806-05-10"],
        "1806-06-11",
        id="date",
    ),
]


def crowd_asked(question: dict[str, Any], shown: str) -> Crowd:
    """Return a crowd whose project asks this question."""
    crowd = Crowd()
    schema = check_schema(
        {
            "questions": [{"id": "q", "ask": "?", **question}],
            "show": [{"column": "t", "as": shown}],
        }
    )
    crowd.question = QuestionVersion.objects.create(
        project=crowd.project,
        number=2,
        schema=schema,
        created_by=crowd.project.created_by,
        created_at=NOW,
    )
    return crowd


@pytest.mark.parametrize(("question", "shown", "near", "far"), CASES)
def test_nearly_equal_answers_agree_and_others_do_not(
    question: dict[str, Any], shown: str, near: list[Any], far: Any
) -> None:
    crowd = crowd_asked(question, shown)
    for task in ("t0", "t1", "t2"):
        for name, value in zip(("ana", "bo", "cy"), near, strict=True):
            crowd.say(task, name, value)
        crowd.say(task, "dee", far)

    estimate = estimate_labels(crowd.project.id, to_ms(NOW))

    assert estimate.agreement == pytest.approx(6 / 12)  # of each task: three of six pairs
    for name, right in (("ana", 3), ("bo", 3), ("cy", 3), ("dee", 0)):
        worker = Worker.objects.get(public_id=name)
        assert (worker.agreed, worker.compared) == (right, 3), name
    everybody = agreement(crowd.project.id)
    assert everybody
    assert everybody.share == pytest.approx(9 / 12)


def test_one_box_of_two_missing_is_no_agreement() -> None:
    crowd = crowd_asked({"kind": "boxes", "labels": LABELS}, "image")
    crowd.say("t0", "ana", [box(0, 0, 50, 50), box(100, 100, 50, 50)])
    crowd.say("t0", "bo", [box(0, 0, 50, 50)])

    assert estimate_labels(crowd.project.id, to_ms(NOW)).agreement == 0


def test_same_boxes_with_other_labels_are_no_agreement() -> None:
    crowd = crowd_asked({"kind": "boxes", "labels": LABELS}, "image")
    crowd.say("t0", "ana", [box(0, 0, 50, 50)])
    crowd.say("t0", "bo", [box(0, 0, 50, 50, label="dog")])

    assert estimate_labels(crowd.project.id, to_ms(NOW)).agreement == 0
