"""Read who follows a pathway, who left, and where people say they went."""

from typing import NamedTuple

from canut.store.tables.pathways import Departure, Destination, FollowedPathway


class Followers(NamedTuple):
    """Numbers of real people who followed a pathway, and of those who now do its occupation."""

    followed: int
    arrived: int


class Reply(NamedTuple):
    """The newest answer of one person: where they went, better paid, passport helped."""

    person: int
    occupation: str
    better: str
    helped: str


def followed_by(person_id: int) -> list[str]:
    """List the occupations whose pathway a person follows."""
    rows = FollowedPathway.objects.filter(person=person_id).order_by("id")
    return list(rows.values_list("target", flat=True))


def followers_of(target: str) -> Followers:
    """Count the real people who followed a pathway, and who say they do its occupation now."""
    followers = FollowedPathway.objects.filter(target=target, person__is_simulated=False)
    arrived = Destination.objects.filter(person__in=followers.values("person"), occupation=target)
    return Followers(followers.count(), arrived.values("person").distinct().count())


def departure_of(person_id: int) -> Departure | None:
    """Return that a person said they leave; None if they did not."""
    return Departure.objects.filter(person=person_id).first()


def destinations_of(person_id: int) -> list[Destination]:
    """List what a person was asked, and answered, oldest first."""
    return list(Destination.objects.filter(person=person_id).order_by("asked_ms", "id"))


def open_question(person_id: int) -> Destination | None:
    """Return the newest question a person has not answered."""
    rows = Destination.objects.filter(person=person_id, answered_ms=None)
    return rows.order_by("-asked_ms", "-id").first()


def people_asked(end_ms: int) -> set[int]:
    """Return the real people who were asked where they went before a time."""
    rows = Destination.objects.filter(asked_ms__lt=end_ms, person__is_simulated=False)
    return set(rows.values_list("person", flat=True))


def newest_replies(end_ms: int) -> list[Reply]:
    """List the newest answer of each real person before a time."""
    rows = Destination.objects.filter(answered_ms__lt=end_ms, person__is_simulated=False)
    newest = {
        person: Reply(person, occupation, better, helped)
        for person, occupation, better, helped in rows.order_by("answered_ms", "id").values_list(
            "person", "occupation", "better", "helped"
        )
    }
    return list(newest.values())
