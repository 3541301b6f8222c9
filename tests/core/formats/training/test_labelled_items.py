import re
from pathlib import Path

import canut
from canut.core.formats.problems.catalogue import NOTE, TRAINING
from canut.core.formats.training.labelled_items import Notes, box_of_corners, corners_of
from canut.core.messages import texts

ROOM = Path(canut.__file__).parent / "core/formats"
CODES = {key.partition(".")[2] for key in texts("en") if key.startswith((TRAINING, NOTE))}


def test_every_code_that_is_said_has_its_words_and_no_words_are_left_over() -> None:
    code = "\n".join(path.read_text() for path in ROOM.rglob("*.py"))

    files = [*ROOM.rglob("*.py"), *(ROOM.parents[1] / "actions").rglob("*.py")]
    whole = "\n".join(path.read_text() for path in files)
    said = set(re.findall(r'"([a-z]+(?:-[a-z]+)+)"', whole))

    assert CODES - said == set()
    called = re.findall(
        r'(?:refuse|seen|refusal|notes\.add)\(\s*"([a-z0-9]+(?:-[a-z0-9]+)+)"', code
    )
    assert set(called) - {"column-unknown"} <= CODES


def test_notes_count_what_is_alike_and_keep_where_it_first_was() -> None:
    notes = Notes()
    for where in ("line 1", "line 2"):
        notes.add("note-field", field="score", where=where)
    notes.add("note-field", field="attributes", where="line 3")

    first, second = notes

    assert (first.count, first.facts["where"], second.count) == (2, "line 1", 1)
    assert first.words("fr").startswith("« score » n’a pas été lu (2 fois, d’abord dans line 1)")


def test_a_box_is_that_of_its_corners_and_crooked_ones_are_none() -> None:
    box = {"x": 20.0, "y": 30.0, "w": 40.0, "h": 10.0, "angle": 33.0}

    found = box_of_corners(corners_of(box))

    assert found is not None
    assert {name: round(value, 9) for name, value in found.items()} == box
    assert box_of_corners([[0, 0], [40, 0], [20, 40], [0, 40]]) is None
    assert box_of_corners([[0, 0], [0, 0], [0, 9], [0, 9]]) is None
