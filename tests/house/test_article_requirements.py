"""Every phrase of the founding article is built and shown, or said to wait."""

from tools import requirements


def test_each_phrase_of_the_article_names_where_it_is_built_and_the_test_that_shows_it() -> None:
    assert len(requirements.SEEDS) == 38

    assert not requirements.amiss(requirements.ARTICLE)
