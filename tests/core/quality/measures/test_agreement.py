import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.answers import code
from canut.core.quality.measures.agreement import (
    agreement_by_worker,
    agreement_within,
    percent_agreement,
)


def test_nothing_to_compare_is_none() -> None:
    named = code("ab", "xy", "77")

    found = agreement_by_worker(named.answers)

    assert percent_agreement(named.answers) is None
    assert found.compared.tolist() == [0, 0]


def test_own_answer_is_left_out() -> None:
    named = code("aaabbb", "xyzxyz", ["7", "7", "1", "7", "7", "7"])

    found = agreement_by_worker(named.answers)

    assert dict(zip(named.workers, found.compared.tolist(), strict=True)) == {
        "x": 1,
        "y": 1,
        "z": 2,
    }
    assert dict(zip(named.workers, found.agreed.tolist(), strict=True)) == {"x": 1, "y": 1, "z": 1}


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 5), st.integers(0, 4)), st.sampled_from("pqr"), min_size=2
    )
)
def test_same_as_counting_by_hand(said: dict[tuple[int, int], str]) -> None:
    named = code(
        [task for task, _ in said],
        [worker for _, worker in said],
        list(said.values()),
        label_order="pqr",
    )
    pairs = [
        said[one] == said[other]
        for one in said
        for other in said
        if one[0] == other[0] and one[1] != other[1]
    ]
    agreed = dict.fromkeys(named.workers, 0)
    compared = dict.fromkeys(named.workers, 0)
    for (task, worker), label in said.items():
        others = [
            other for (its_task, by), other in said.items() if its_task == task and by != worker
        ]
        ranked = sorted((others.count(each) for each in "pqr"), reverse=True)
        if ranked[0] > ranked[1]:
            compared[worker] += 1
            agreed[worker] += others.count(label) == ranked[0]

    overall, found = percent_agreement(named.answers), agreement_by_worker(named.answers)

    assert overall == (pytest.approx(sum(pairs) / len(pairs)) if pairs else None)
    assert dict(zip(named.workers, found.agreed.tolist(), strict=True)) == agreed
    assert dict(zip(named.workers, found.compared.tolist(), strict=True)) == compared


@given(
    st.dictionaries(st.tuples(st.integers(0, 5), st.integers(0, 4)), st.integers(0, 9), min_size=2)
)
def test_agreement_within_a_tolerance_is_that_of_counting_by_hand(
    said: dict[tuple[int, int], int],
) -> None:
    named = code([task for task, _ in said], [worker for _, worker in said], list(said.values()))
    pairs: list[bool] = []
    agreed = dict.fromkeys(named.workers, 0)
    compared = dict.fromkeys(named.workers, 0)
    for (task, worker), number in said.items():
        near = [
            abs(number - other) <= 1
            for (its_task, by), other in said.items()
            if its_task == task and by != worker
        ]
        pairs += near
        compared[worker] += 2 * sum(near) != len(near)
        agreed[worker] += 2 * sum(near) > len(near)

    labels = [int(str(label)) for label in named.labels]

    found = agreement_within(
        named.answers, lambda one, other: abs(labels[one] - labels[other]) <= 1
    )

    assert found.share == (pytest.approx(sum(pairs) / len(pairs)) if pairs else None)
    assert dict(zip(named.workers, found.by_worker.agreed.tolist(), strict=True)) == agreed
    assert dict(zip(named.workers, found.by_worker.compared.tolist(), strict=True)) == compared
