"""In-memory cache of immutable versions of questions and prices."""

from functools import lru_cache
from typing import NamedTuple

from canut.core.errors import BadInput
from canut.core.kinds import Schema
from canut.store.tables.projects import QuestionVersion, RateVersion


class CachedQuestion(NamedTuple):
    """A version of a question."""

    id: int
    number: int
    schema: Schema


class CachedRate(NamedTuple):
    """A version of a price."""

    id: int
    number: int
    piece_micro: int
    currency: str


@lru_cache(maxsize=512)
def question_version(project_id: int, number: int) -> CachedQuestion:
    """Return a version of a project's question.

    Raises:
        BadInput: there is no such version.
    """
    try:
        version = QuestionVersion.objects.get(project_id=project_id, number=number)
    except QuestionVersion.DoesNotExist:
        raise BadInput(
            f"the answer is to version {number} of the question, which does not exist; "
            "send the version the task came with",
            code="question-version-unknown",
            seen=number,
        ) from None
    return CachedQuestion(version.pk, version.number, version.schema)


@lru_cache(maxsize=512)
def rate_version(rate_id: int) -> CachedRate:
    """Return a version of a rate."""
    version = RateVersion.objects.get(pk=rate_id)
    return CachedRate(version.pk, version.number, version.piece_micro, version.currency)


def forget_versions() -> None:
    """Clear the cache, for tests that roll back."""
    question_version.cache_clear()
    rate_version.cache_clear()
