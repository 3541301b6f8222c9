import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.arrays import Codes, Floats
from canut.core.errors import BadInput, ShapeError
from canut.core.quality.merging.regions import MarkedShapes, Things, find_things, match
from canut.core.quality.merging.shapes import (
    BOX,
    POLYGON,
    SEGMENT,
    boxes_alike,
    points,
    polygon_vector,
    polygons_alike,
    segments_alike,
)
from tests.core.quality.drawings import boxed, drawn_by_all


def codes(*values: int) -> Codes:
    return np.array(values, dtype=np.int32)


def score(things: Things, true: Floats) -> float:
    """Return the mean intersection over union, 0 where an image's box was not found."""
    best = np.zeros(len(true))
    np.maximum.at(best, things.task, boxes_alike(things.vector, true[things.task]))
    return float(best.mean())


def one_task(*shapes: list[float], worker: Codes | None = None, people: int = 3) -> MarkedShapes:
    n = len(shapes)
    who = np.arange(n, dtype=np.int32) if worker is None else worker
    looked = np.stack([np.zeros(people, np.int32), np.arange(people, dtype=np.int32)], axis=1)
    vector = np.array(shapes, dtype=np.float64).reshape(n, 4)
    return MarkedShapes(
        np.zeros(n, np.int32), who, np.zeros(n, np.int32), vector, looked, 1, people, 1
    )


def test_boxes_lie_better_than_their_mean() -> None:
    drawn, true, said = boxed(0)

    things = find_things(drawn, BOX)

    assert boxes_alike(said.mean(axis=1), true).mean() < 0.72
    assert score(things, true) >= 0.84
    assert len(things.task) == 300


@pytest.mark.soak
def test_boxes_of_twenty_crowds() -> None:
    found = [score(find_things(crowd.drawn, BOX), crowd.true) for crowd in map(boxed, range(20))]

    assert np.mean(found) >= 0.85


def test_careful_people_place_boxes() -> None:
    rng = np.random.default_rng(3)
    true = np.array([10.0, 10, 50, 40])
    spread = np.array([1.0, 1, 1, 6, 6, 6, 6])[:, None]
    said = true + spread * rng.normal(size=(80, 7, 4))

    things = find_things(drawn_by_all(said[:, :, None]), BOX)

    error = np.abs(things.vector - true).mean()
    assert error < 0.65 * np.abs(np.median(said, axis=1) - true).mean()
    assert things.spread[:3].max() < 2 < things.spread[3:].min()


def test_two_things_stay_two_and_what_one_saw_is_left_out() -> None:
    left, right, odd = [0.0, 0, 10, 10], [20.0, 0, 30, 10], [50.0, 50, 60, 60]
    drawn = one_task(left, left, left, right, right, right, odd, worker=codes(0, 1, 2, 0, 1, 2, 2))

    things = find_things(drawn, BOX)

    assert sorted(things.vector.round().tolist()) == [left, right]
    assert things.thing_of[6] == -1
    assert things.drawn_by.tolist() == [3, 3]


def test_one_person_never_draws_one_thing_twice() -> None:
    box = [0.0, 0, 10, 10]

    group = match(one_task(box, [1.0, 0, 11, 10], box, worker=codes(0, 0, 1)), BOX)

    assert group[0] != group[1]
    assert group[2] == group[0]


def test_the_label_of_a_thing_is_voted() -> None:
    drawn = one_task(*[[0.0, 0, 10, 10]] * 3)
    named = MarkedShapes(
        drawn.task, drawn.worker, codes(1, 1, 0), drawn.vector, drawn.looked, 1, 3, 2
    )

    assert find_things(named, BOX).label.tolist() == [1]


def test_segments_and_points_are_found_alike() -> None:
    rng = np.random.default_rng(4)
    segment, point = np.array([3.0, 8]), np.array([40.0, 30])
    heard = find_things(drawn_by_all(segment + rng.normal(0, 0.2, (20, 7, 1, 2))), SEGMENT)
    seen = find_things(drawn_by_all(point + rng.normal(0, 2, (20, 7, 1, 2))), points(10))

    assert len(heard.task) == len(seen.task) == 20
    assert segments_alike(heard.vector, segment).mean() > 0.95
    assert np.abs(seen.vector - point).mean() < 1


@pytest.mark.slow
def test_polygons_are_averaged_wherever_their_walk_begins() -> None:
    rng = np.random.default_rng(5)
    angle = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    radius = 30 + 8 * np.cos(3 * angle)
    true = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    said = np.empty((10, 7, 1, 128))
    for task in range(10):
        for worker in range(7):
            corners = true + rng.normal(0, 12 if worker == 6 else 2.5, true.shape)
            turned = np.roll(corners[:: rng.choice([-1, 1])], rng.integers(12), axis=0)
            said[task, worker, 0] = polygon_vector(turned.tolist())

    things = find_things(drawn_by_all(said), POLYGON)

    goal = polygon_vector(true.tolist())
    single = polygons_alike(goal, said[:, :6, 0].reshape(-1, 128)).mean()
    assert len(things.task) == 10
    assert polygons_alike(goal, things.vector).mean() > single + 0.05


@st.composite
def some_drawings(draw: st.DrawFn) -> MarkedShapes:
    n_tasks, n_workers = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    looked = [(task, worker) for task in range(n_tasks) for worker in range(n_workers)]
    number = st.integers(0, 12)
    shapes = draw(
        st.lists(
            st.tuples(st.sampled_from(looked), number, number, st.integers(1, 6)),
            max_size=12,
            unique=True,
        )
    )
    vector = [[x, y, x + side, y + side] for _, x, y, side in shapes]
    return MarkedShapes(
        codes(*(where[0] for where, *_ in shapes)),
        codes(*(where[1] for where, *_ in shapes)),
        np.zeros(len(shapes), dtype=np.int32),
        np.array(vector, dtype=np.float64).reshape(-1, 4),
        np.array(looked, dtype=np.int32),
        n_tasks,
        n_workers,
        1,
    )


@given(drawn=some_drawings())
def test_what_is_found_was_drawn(drawn: MarkedShapes) -> None:
    things = find_things(drawn, BOX)

    kept = things.thing_of >= 0
    assert (things.task[things.thing_of[kept]] == drawn.task[kept]).all()
    assert np.bincount(things.thing_of[kept], minlength=0).tolist() == things.drawn_by.tolist()
    assert ((things.confidence >= 0) & (things.confidence <= 1)).all()
    assert (things.vector[:, :2] < things.vector[:, 2:]).all()


@given(drawn=some_drawings(), data=st.data())
def test_order_of_shapes_does_not_matter(drawn: MarkedShapes, data: st.DataObject) -> None:
    order = codes(*data.draw(st.permutations(range(len(drawn.task)))))
    shuffled = MarkedShapes(
        drawn.task[order],
        drawn.worker[order],
        drawn.label[order],
        drawn.vector[order],
        drawn.looked[::-1],
        drawn.n_tasks,
        drawn.n_workers,
        1,
    )

    one, other = find_things(drawn, BOX), find_things(shuffled, BOX)

    assert sorted(one.drawn_by.tolist()) == sorted(other.drawn_by.tolist())


@pytest.mark.parametrize("alike", [boxes_alike, segments_alike, points(3).alike])
@given(data=st.data())
def test_likeness_is_symmetric_and_full_only_for_the_same(
    alike: object, data: st.DataObject
) -> None:
    assert callable(alike)
    size = 2 if alike is not boxes_alike else 4
    number = st.integers(0, 9).map(float)
    one, other = (
        np.sort(np.array(data.draw(st.lists(number, min_size=size, max_size=size))))
        for _ in range(2)
    )

    found = float(alike(one, other))

    assert found == pytest.approx(float(alike(other, one)))
    assert 0 <= found <= 1
    assert float(alike(one, one)) == 1


def test_nothing_drawn_is_nothing_found() -> None:
    things = find_things(one_task(people=2), BOX)

    assert len(things.task) == len(things.thing_of) == 0


@pytest.mark.parametrize(
    ("corners", "words"),
    [
        ([(0, 0), (1, 1)], "at least 3"),
        ([(0, 0)] * 3, "one place"),
        ([(0, 0), (1, 1), (0, float("inf"))], "finite"),
        ([(0, 0, 0)] * 3, "one \\(x, y\\)"),
    ],
)
def test_what_is_no_polygon_is_refused(corners: list[tuple[float, ...]], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        polygon_vector(corners)


def test_odd_drawings_are_refused() -> None:
    box, none = np.zeros((1, 4)), np.empty((0, 2), dtype=np.int32)

    with pytest.raises(BadInput, match="did not look"):
        MarkedShapes(codes(0), codes(0), codes(0), box, none, 1, 1, 1)
    with pytest.raises(BadInput, match="nobody looked"):
        find_things(MarkedShapes(codes(), codes(), codes(), box[:0], none, 1, 1, 1), BOX)
    with pytest.raises(ShapeError, match="rows"):
        MarkedShapes(codes(0), codes(0), codes(0), box, codes(0), 1, 1, 1)
    with pytest.raises(BadInput, match="finite"):
        MarkedShapes(
            codes(0), codes(0), codes(0), box * np.nan, np.zeros((1, 2), np.int32), 1, 1, 1
        )
    with pytest.raises(BadInput, match="reach"):
        points(0)
