import pytest

from canut.core.kinds.register import KINDS
from canut.core.passport.skills import (
    KnownAnswer,
    hardest_fifth,
    level_of,
    shipped_skills,
    skills_shown,
)

DAY = 86_400_000


@pytest.mark.parametrize(
    ("right", "answered", "hard", "expected"),
    [
        (57, 60, 0, (2, 887)),
        (54, 60, 0, (2, 822)),
        (95, 100, 20, (3, 904)),
        (95, 100, 19, (2, 904)),
        (90, 100, 20, (2, 842)),
        (28, 30, 0, (1, 827)),
        (27, 30, 0, (1, 782)),
        (19, 19, 19, (0, 905)),
        (14, 20, 0, (0, 518)),
        (0, 0, 0, (0, 0)),
    ],
)
def test_level_asks_for_enough_answers_and_a_low_end(
    right: int, answered: int, hard: int, expected: tuple[int, int]
) -> None:
    assert level_of(right, answered, hard) == expected


def test_shipped_skills_name_kinds_that_there_are_and_their_nearest_in_esco() -> None:
    skills = shipped_skills()

    assert list(skills) == [f"S{number:02}" for number in range(1, 28)]
    assert frozenset().union(*(skill.kinds for skill in skills.values())) <= set(KINDS)
    assert all(skill.name.en and skill.name.fr for skill in skills.values())
    addresses = [skill.esco.address for skill in skills.values() if skill.esco]
    assert all(len(address.rpartition("/")[2]) == 36 for address in addresses)
    assert skills["S24"].esco is None


def answers(count: int, right: int, kind: str = "choice") -> list[KnownAnswer]:
    return [KnownAnswer(n, kind, n < right, n * DAY, 30_000) for n in range(count)]


def test_skills_are_of_the_kinds_that_were_answered_and_say_since_when() -> None:
    careful, shapes = skills_shown(answers(60, 57, "boxes"), frozenset())

    assert (careful.skill, careful.level, careful.missing) == ("S01", 2, 40)
    assert (shapes.skill, shapes.level) == ("S03", 2)
    assert (shapes.first_ms, shapes.last_ms) == (0, 59 * DAY)


def test_last_answer_to_a_task_counts_once() -> None:
    wrong, right = (
        KnownAnswer(1, "choice", is_right, at_ms, 1) for is_right, at_ms in ((False, 1), (True, 2))
    )

    (shown,) = skills_shown([right, wrong], frozenset())

    assert (shown.right, shown.answered) == (1, 1)


def test_one_more_right_answer_never_lowers_a_level() -> None:
    for answered in (20, 60, 100, 200):
        levels = [level_of(right, answered, 40)[0] for right in range(answered + 1)]
        assert levels == sorted(levels)


def test_hardest_fifth_are_the_tasks_that_fewest_had_right() -> None:
    counts = {task: (task, 10) for task in range(10)}

    assert hardest_fifth(counts) == {0, 1}
