"""Every requirement of labour is built and shown, or said to wait."""

from tools import requirements


def test_each_requirement_names_where_it_is_built_and_the_test_that_shows_it() -> None:
    assert len(requirements.NUMBERS) == 45

    assert not requirements.amiss()
