"""How long one task of a kind usually takes, until it is measured in a project.

They only begin an estimate: the page shows them and a person can change them, a pilot measures the
time, and nobody is paid by them below their floor.
"""

USUAL_SECONDS = {
    "choice": 8,
    "rating": 8,
    "number": 10,
    "text": 30,
    "spans": 30,
    "audio": 60,
    "pair": 20,
    "ranking": 25,
    "chat": 60,
    "boxes": 30,
    "polygons": 60,
    "keypoints": 40,
    "page": 60,
}
SEVERAL_QUESTIONS = 60


def usual_seconds(kinds: list[str]) -> int:
    """Return the usual time of a task that asks questions of these kinds, in seconds.

    >>> usual_seconds(["choice"]), usual_seconds(["choice", "text"])
    (8, 38)
    """
    return sum(USUAL_SECONDS.get(kind, SEVERAL_QUESTIONS) for kind in kinds) or SEVERAL_QUESTIONS
