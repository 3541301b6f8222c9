"""One call of an operation: who signed it, what it holds, what its reply tells besides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from canut.core.clock import Ms
from canut.core.turk.notices import Notices
from canut.core.turk.profile import TurkProfile
from canut.store.models import Organisation, Person
from canut.store.turk.keys import Signer

type Reply = dict[str, object]


@dataclass(frozen=True, slots=True)
class Call:
    """A call whose signature and members were checked.

    Args:
        operation: its name.
        members: what was sent, checked against the shapes; moments in milliseconds.
        signer: whose key signed it.
        profile: what the projects of that key state.
        now_ms: the moment, in milliseconds since 1970 UTC.
        request_id: the name of this request, which errors of a repeated token give.
        base_url: of this instance, for links; empty where it is not known.
        notices: what the reply tells in a header.
        links: other headers of the reply, by name.
    """

    operation: str
    members: Mapping[str, Any]
    signer: Signer
    profile: TurkProfile
    now_ms: Ms
    request_id: str
    base_url: str = ""
    notices: Notices = field(default_factory=Notices)
    links: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def organisation(self) -> int:
        """Return the id of the organisation of the key."""
        return self.signer.organisation

    def text(self, name: str, default: str = "") -> str:
        """Return a member that is text."""
        return str(self.members.get(name, default))

    def whole(self, name: str, default: int) -> int:
        """Return a member that is a whole number."""
        return int(self.members.get(name, default))

    def flag(self, name: str) -> bool:
        """Return a member that is true or false; false if it was not sent."""
        return bool(self.members.get(name, False))

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Return a member that is a list of structures."""
        return cast("list[dict[str, Any]]", self.members.get(name, []))

    def program(self) -> Person:
        """Return the program as a person."""
        return Person.objects.get(pk=self.signer.person)

    def client(self) -> Organisation:
        """Return the organisation of the key."""
        return Organisation.objects.get(pk=self.organisation)


def seconds(at_ms: int) -> float:
    """Return a moment as replies write it: seconds since 1970, with milliseconds."""
    return at_ms / 1000
