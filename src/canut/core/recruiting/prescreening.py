"""Questions that people may answer about themselves, for quotas of studies.

The answers belong to the person: they give, change and delete them, and a client reads only how
many places of a quota are left. Nothing here is about health, opinion, belief, origin, sex or
family: those are never asked for, whatever a study wishes.
"""

from collections.abc import Mapping

QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "device": ("phone", "tablet", "computer"),
    "sound": ("headphones", "speakers", "none"),
    "camera": ("yes", "no"),
    "hours": ("mornings", "afternoons", "evenings", "nights"),
    "click_work": ("under-one-year", "one-to-three", "over-three"),
    "studies": ("never", "some", "many"),
}
"""Each question and its answers, by keys; the words are in the catalogue."""


def is_answer(question: str, answer: str) -> bool:
    """Return whether an answer is one of a question's.

    Example:
        >>> is_answer("device", "phone"), is_answer("religion", "none")
        (True, False)
    """
    return answer in QUESTIONS.get(question, ())
