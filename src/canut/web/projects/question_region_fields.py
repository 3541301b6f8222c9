"""Fields of the question form about regions of a picture.

They write what ``core.kinds`` checks, and read it back; what they cannot say stays in a file.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from django import forms

from canut.core.kinds import IN_PICTURES
from canut.core.kinds.boxes import MOST_BOXES
from canut.core.kinds.keypoints import MOST_THINGS, REACH
from canut.core.kinds.polygons import MOST_POLYGONS
from canut.web.kit.fields import tick
from canut.web.kit.forms import words
from canut.web.kit.messages import lazy_message
from canut.web.kit.numbers import WholeField

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

JOIN = " - "
MOST = {"boxes": MOST_BOXES, "polygons": MOST_POLYGONS, "keypoints": MOST_THINGS}

type Question = Mapping[str, Any]


def _number(label: "StrOrPromise") -> WholeField:
    return WholeField(
        label=label, required=False, widget=forms.NumberInput(attrs={"class": "inp num short"})
    )


class RegionFields(forms.Form):
    """Labels, counts and tools of regions."""

    regions_labels = words(
        lazy_message("form.question_region_fields.what_is_marked"),
        lazy_message("form.question_region_fields.labels_one_a_line"),
        area=True,
        required=False,
        max_length=20_000,
    )
    regions_least = _number(lazy_message("form.question_region_fields.regions_at_least"))
    regions_most = _number(lazy_message("form.question_region_fields.regions_at_most"))
    boxes_rotated = tick(lazy_message("form.question_region_fields.boxes_may_be_turned"))
    keypoints_points = words(
        lazy_message("form.question_region_fields.points_to_place"),
        lazy_message("form.question_region_fields.one_a_line"),
        area=True,
        required=False,
        max_length=20_000,
    )
    keypoints_skeleton = words(
        lazy_message("form.question_region_fields.points_that_are_joined"),
        lazy_message("form.question_region_fields.two_a_line_wrist"),
        area=True,
        required=False,
        max_length=20_000,
    )


def lines_of(text: str) -> list[str]:
    """Return the non-empty lines."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def regions_asked(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields' part of a region question."""
    fields: dict[str, Any] = {"labels": lines_of(data["regions_labels"])}
    for name in ("least", "most"):
        if data.get(f"regions_{name}") is not None:
            fields[name] = data[f"regions_{name}"]
    if kind == "boxes":
        fields["rotated"] = data["boxes_rotated"]
    if kind == "keypoints":
        fields["points"] = lines_of(data["keypoints_points"])
        joined = lines_of(data["keypoints_skeleton"])
        fields["skeleton"] = [[end.strip() for end in line.split(JOIN)] for line in joined]
    return fields


def regions_initial(question: Question) -> dict[str, Any]:
    """Return the initial values for a region question; empty for another kind."""
    if question["kind"] not in IN_PICTURES:
        return {}
    first = {
        "regions_labels": _values(question["labels"]),
        "regions_least": question["least"] or None,
        "regions_most": question["most"] if question["most"] < MOST[question["kind"]] else None,
        "boxes_rotated": question.get("rotated", False),
        "keypoints_points": _values(question.get("points", ())),
    }
    bones = cast("Sequence[Sequence[str]]", question.get("skeleton", ()))
    return first | {"keypoints_skeleton": "\n".join(JOIN.join(bone) for bone in bones)}


def is_said(question: Question) -> bool:
    """Return whether the fields can express the whole region question."""
    named = [*question["labels"], *question.get("points", ())]
    ends = [end for bone in question.get("skeleton", ()) for end in bone]
    return (
        all(item["label"] == item["value"] for item in named)
        and not any(JOIN in end for end in ends)
        and question.get("reach", REACH) == REACH
    )


def _values(named: Sequence[Mapping[str, str]]) -> str:
    return "\n".join(item["value"] for item in named)
