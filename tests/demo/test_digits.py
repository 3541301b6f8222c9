import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from canut.core.errors import NotReady
from canut.demo import digits as pictures
from canut.demo.digits import doubt_of, name_of, read_digits, write_pictures


def test_digits_are_those_of_scikit_learn() -> None:
    from sklearn.datasets import load_digits

    shipped, ours = load_digits(), read_digits()

    np.testing.assert_array_equal(ours.ink, shipped.images)
    np.testing.assert_array_equal(ours.digit, shipped.target)


def test_without_scikit_learn_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "find_spec", lambda _name: None)

    with pytest.raises(NotReady, match=r"canut\[demo\]"):
        read_digits()


def test_few_pictures_mislead_and_some_mislead_most_people() -> None:
    digits = read_digits()

    doubt = doubt_of(digits)

    assert 0.02 < doubt.chance.mean() < 0.06
    assert 20 < (doubt.chance > 0.5).sum() < 100
    assert (doubt.other != digits.digit).all()


def test_pictures_are_dark_ink_on_white_paper(tmp_path: Path) -> None:
    digits = read_digits()
    three = digits._replace(ink=digits.ink[:3], digit=digits.digit[:3])

    write_pictures(three, tmp_path / "three.zip")

    archive = zipfile.ZipFile(tmp_path / "three.zip")
    assert archive.namelist() == [name_of(n) for n in (1, 2, 3)]
    with archive, Image.open(archive.open("0001.png")) as picture:
        assert picture.size == (8, 8)
        np.testing.assert_array_equal(np.asarray(picture), (255 - digits.ink[0] * 255 / 16).round())
