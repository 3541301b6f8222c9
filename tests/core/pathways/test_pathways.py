"""What separates click work from an occupation: the tables, the monotone rule, two profiles."""

from importlib import resources
from itertools import pairwise

import pytest

from canut.core.errors import BadFile, Missing
from canut.core.pathways.pathways import (
    HIGHEST,
    HOURS_FILE,
    SOCIAL,
    TARGETS,
    TARGETS_FILE,
    missing_hours,
    pathway_to,
    read_table,
    shipped_table,
    skill_name,
)
from canut.core.portrait.occupations import ABSENT, CLICK, EMERGING, NAMED

ANNOTATOR = {"S01": 2, "S02": 2, "S03": 1, "S07": 1, "S08": 1, "S23": 1}
FROM_ANNOTATION = {
    "DS": (0, 144, 810),
    "DA": (0, 160, 390),
    "DE": (0, 72, 960),
    "MLE": (0, 112, 1_260),
    "RES": (8, 102, 2_160),
    "CV": (8, 106, 810),
    "DEV": (8, 46, 1_380),
    "TRA": (8, 202, 0),
    "HMI": (8, 178, 0),
    "MNT": (8, 208, 120),
    "ETH": (8, 205, 0),
}
BY_ORIGIN = {
    "CAN-ANNOT": (202, 178, 208, 205, 160),
    "CAN-TRANSC": (202, 178, 208, 205, 152),
    "CAN-VERIF": (184, 170, 170, 197, 138),
    "CAN-RATER": (186, 162, 200, 189, 152),
    "CAN-DIALOG": (166, 142, 200, 169, 134),
    "CAN-MODER": (174, 150, 201, 172, 150),
    "CAN-COLLECT": (202, 178, 203, 200, 142),
    "CAN-IMIT": (202, 178, 200, 205, 152),
    "CAN-ADJUD": (166, 162, 148, 145, 132),
    "CAN-LEAD": (124, 100, 200, 151, 134),
}


def files() -> tuple[bytes, bytes]:
    folder = resources.files("canut.core.pathways")
    return folder.joinpath(HOURS_FILE).read_bytes(), folder.joinpath(TARGETS_FILE).read_bytes()


@pytest.mark.parametrize(("target", "hours"), FROM_ANNOTATION.items())
def test_hours_from_annotation_to_each_occupation(target: str, hours: tuple[int, int, int]) -> None:
    pathway = pathway_to(target, ANNOTATOR)

    assert (pathway.shown_hours, pathway.missing_here, pathway.missing_outside) == hours


@pytest.mark.parametrize(("origin", "hours"), BY_ORIGIN.items())
def test_hours_missing_here_from_each_kind_of_click_work(
    origin: str, hours: tuple[int, ...]
) -> None:
    levels = shipped_table().origin(origin)

    assert hours == tuple(
        pathway_to(target, levels).missing_here for target in ("TRA", "HMI", "MNT", "ETH", "DA")
    )


def test_raising_a_skill_never_raises_what_is_missing() -> None:
    skills = sorted(shipped_table().hours)
    assert len(skills) == 31

    tried = 0
    for target in TARGETS:
        for skill in skills:
            costs = [
                pathway_to(target, {**ANNOTATOR, skill: level}) for level in range(HIGHEST + 1)
            ]
            for lower, higher in pairwise(costs):
                tried += 1
                assert higher.missing_here <= lower.missing_here
                assert higher.missing_outside <= lower.missing_outside
                assert higher.shown_hours >= lower.shown_hours
    assert tried == 11 * 31 * HIGHEST


def test_hours_of_a_worked_example() -> None:
    hours = {"a": 10, "b": 20, "c": 15}

    assert missing_hours({"a": 2, "b": 3, "c": 1}, {"a": 2, "b": 1}, hours) == 55


def test_somebody_who_has_all_levels_lacks_nothing() -> None:
    everything = dict.fromkeys(shipped_table().hours, HIGHEST)

    for target in TARGETS:
        pathway = pathway_to(target, everything)
        assert (pathway.missing_here, pathway.missing_outside, pathway.missing) == (0, 0, ())


def test_ethics_can_be_reached_from_annotation_in_a_finite_number_of_hours() -> None:
    pathway = pathway_to("ETH", shipped_table().origin("CAN-ANNOT"))

    assert pathway.missing_here == 205
    assert pathway.missing_outside == 0


def test_eleven_occupations_and_eleven_kinds_of_click_work_are_those_of_the_portrait() -> None:
    assert (*NAMED, *EMERGING, *ABSENT) == TARGETS
    assert tuple(shipped_table().origins) == CLICK
    assert shipped_table().origin(SOCIAL) == {}


def test_an_occupation_is_the_crossing_of_two_profiles() -> None:
    for target in shipped_table().targets.values():
        first, second = target.profiles
        assert set(first.needs).isdisjoint(second.needs)
        assert target.needs == {**first.needs, **second.needs}

    translator = shipped_table().target("TRA")
    assert [profile.name.en for profile in translator.profiles] == [
        "Data science", "Project management",
    ]  # fmt: skip
    assert set(translator.profiles[0].needs) == {"S10", "S13", "S19", "S23"}
    assert translator.more_study
    assert not shipped_table().target("HMI").more_study


def test_skills_of_both_places_have_a_name_in_both_languages() -> None:
    assert skill_name("X2").fr == "Statistique et théorie de l’apprentissage"
    assert skill_name("S01").en == "Careful labelling"


def test_what_has_no_pathway_is_refused() -> None:
    with pytest.raises(Missing, match="no pathway leads to 'CAN-ANNOT'"):
        pathway_to("CAN-ANNOT", {})
    with pytest.raises(Missing, match="no kind of click work"):
        shipped_table().origin("DS")


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (b"S01: 6", b"S01: 0", "a whole number of 1 or more"),
        (b"S01: 6, ", b"", "each skill of the passport, once"),
        (b"canut.pathway-hours/1", b"canut.pathway-hours/9", "canut.pathway-hours/1"),
    ],
)
def test_hours_that_say_too_little_are_refused(before: bytes, after: bytes, message: str) -> None:
    hours, targets = files()

    with pytest.raises(BadFile, match=message):
        read_table(hours.replace(before, after, 1), targets)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (b"S24: 4}", b"S24: 5}", "a level from 1 to 4"),
        (b"S24: 4}", b"S99: 1}", "a known skill"),
        (b"S20: 3, S21: 2, S22: 3, S27: 2", b"S09: 3", "in one of the two profiles"),
        (b"  DS:\n", b"  XX:\n", "in this order"),
    ],
)
def test_needs_that_cannot_be_are_refused(before: bytes, after: bytes, message: str) -> None:
    hours, targets = files()

    with pytest.raises(BadFile, match=message):
        read_table(hours, targets.replace(before, after, 1))
