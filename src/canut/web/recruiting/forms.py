"""Forms of ways to people: a list, a call to the pool, places on the board, qualifications."""

from collections.abc import Sequence

from django import forms

from canut.actions.recruiting.board import MOST_PLACES
from canut.actions.recruiting.invited_lists import LEAST_DAYS, LONGEST_NAME, MOST_DAYS
from canut.actions.work.qualifications import LONGEST_NAME as LONGEST_QUALIFICATION
from canut.actions.work.qualifications import LONGEST_REASON, LONGEST_WORDS
from canut.store.models import PoolGroup, Project
from canut.web.kit.fields import select, tick
from canut.web.kit.forms import PlainForm, number, words
from canut.web.kit.messages import lazy_message

USUAL_DAYS = 30


class ContactListForm(PlainForm):
    """A list of contacts as it is sent; the file is read apart."""

    name = words(
        lazy_message("form.recruiting.list_name"),
        lazy_message("form.recruiting.list_name_hint"),
        max_length=LONGEST_NAME,
    )
    file = forms.FileField(
        label=lazy_message("form.recruiting.list_file"),
        help_text=lazy_message("form.recruiting.list_file_hint"),
        required=False,
        widget=forms.FileInput(attrs={"class": "inp", "accept": ".csv,text/csv,text/plain"}),
    )
    days = number(
        lazy_message("form.recruiting.list_days"),
        LEAST_DAYS,
        MOST_DAYS,
        lazy_message("form.recruiting.list_days_hint"),
    )
    language = select(
        lazy_message("form.recruiting.list_language"),
        (("fr", "Français"), ("en", "English")),
    )


class PoolCallForm(PlainForm):
    """Which group of the pool is called to a project."""

    group = select(lazy_message("form.recruiting.call_group"), required=False)

    def for_groups(self, groups: Sequence[PoolGroup]) -> "PoolCallForm":
        """Offer the groups of the pool, and all of it."""
        own = [(str(group.pk), group.name) for group in groups]
        self.offer("group", [("", lazy_message("form.recruiting.whole_pool")), *own])
        return self


class BoardForm(PlainForm):
    """How many people may join from the board."""

    places = number(
        lazy_message("form.recruiting.board_places"),
        1,
        MOST_PLACES,
        lazy_message("form.recruiting.board_places_hint"),
    )


class PoolGroupForm(PlainForm):
    """The name of a new group."""

    name = words(
        lazy_message("form.recruiting.group_name"),
        lazy_message("form.recruiting.group_name_hint"),
        max_length=60,
    )


class QualificationForm(PlainForm):
    """A new qualification: what it is, and the paid project that trains for it."""

    name = words(
        lazy_message("form.recruiting.qualification_name"), max_length=LONGEST_QUALIFICATION
    )
    description = words(
        lazy_message("form.recruiting.qualification_words"),
        lazy_message("form.recruiting.qualification_words_hint"),
        area=True,
        required=False,
        max_length=LONGEST_WORDS,
    )
    training = select(
        lazy_message("form.recruiting.training"),
        hint=lazy_message("form.recruiting.training_hint"),
        required=False,
    )
    at_least = number(
        lazy_message("form.recruiting.training_share"),
        1,
        99,
        lazy_message("form.recruiting.training_share_hint"),
        required=False,
    )

    is_active = tick(
        lazy_message("form.recruiting.is_active"), lazy_message("form.recruiting.is_active_hint")
    )

    def for_projects(self, projects: Sequence[Project]) -> "QualificationForm":
        """Offer the projects that can train for it."""
        own = [(str(project.pk), project.title) for project in projects]
        self.offer("training", [("", lazy_message("form.recruiting.by_hand_only")), *own])
        return self


class GrantForm(PlainForm):
    """Whom a qualification is given, and why."""

    person = select(lazy_message("form.recruiting.grant_person"))
    reason = words(
        lazy_message("form.recruiting.grant_reason"),
        lazy_message("form.recruiting.grant_reason_hint"),
        max_length=LONGEST_REASON,
    )

    def for_people(self, people: Sequence[tuple[str, str]]) -> "GrantForm":
        """Offer people who worked for the organisation."""
        self.offer("person", list(people))
        return self
