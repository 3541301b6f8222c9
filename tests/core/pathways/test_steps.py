from canut.core.pathways.pathways import HIGHEST, TARGETS, pathway_to, shipped_table
from canut.core.pathways.steps import (
    PaidThing,
    StepSort,
    first_steps,
    next_steps,
    paid_roles,
    task_kinds,
)

LESSONS = (
    PaidThing(StepSort.LESSON, "naming", {"S10": 1, "S24": 1}),
    PaidThing(StepSort.LESSON, "explain", {"S21": 2}),
    PaidThing(StepSort.LESSON, "contest", {"S20": 1, "S22": 1, "S24": 2}),
)
THINGS = (*LESSONS, *task_kinds(), *paid_roles())


def test_next_steps_are_a_lesson_and_roles_that_raise_what_is_missing() -> None:
    steps = next_steps(pathway_to("TRA", shipped_table().origin("CAN-ANNOT")), THINGS)

    assert [(step.thing.sort, step.thing.key, step.hours) for step in steps] == [
        (StepSort.LESSON, "contest", 38),
        (StepSort.ROLE, "marker", 28),
        (StepSort.LESSON, "naming", 22),
    ]


def test_kind_of_task_is_advised_where_answers_show_what_is_missing() -> None:
    steps = next_steps(pathway_to("CV", {}), THINGS)

    task = next(step for step in steps if step.thing.sort is StepSort.TASK)
    assert (task.skills, task.hours) == (("S03",), 24)


def test_no_step_is_advised_that_raises_nothing() -> None:
    everything = dict.fromkeys(shipped_table().hours, HIGHEST)

    for target in TARGETS:
        assert next_steps(pathway_to(target, everything), THINGS) == ()


def test_what_a_step_covers_is_never_more_than_what_is_missing() -> None:
    for target in TARGETS:
        pathway = pathway_to(target, shipped_table().origin("CAN-VERIF"))
        for step in next_steps(pathway, THINGS):
            assert 0 < step.hours <= pathway.missing_here


def test_somebody_with_nothing_shown_is_advised_a_first_task() -> None:
    (step,) = first_steps(task_kinds())

    assert (step.thing.sort, step.thing.key) == (StepSort.TASK, "choice")
