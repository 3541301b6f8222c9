"""Create organisations, each with the person who requests labels in it."""

from django.db import transaction

from canut.actions.people.accounts import add_member
from canut.core.clock import Ms, from_ms
from canut.core.errors import BadInput, Incomplete
from canut.store.models import Organisation, Person, Role

LONGEST_NAME = 120


@transaction.atomic
def create_organisation(
    name: str, requester: Person, now_ms: Ms, *, country: str = ""
) -> Organisation:
    """Create an organisation, in a country if it is known, and make ``requester`` its requester.

    Raises:
        Incomplete: it has no name.
        BadInput: another one has this name.
    """
    if not name.strip():
        raise Incomplete("an organisation needs a name", field="name")
    if Organisation.objects.filter(name__iexact=name.strip()).exists():
        raise BadInput(f"there is an organisation {name.strip()!r}", code="organisation-taken")
    organisation = Organisation.objects.create(
        name=name.strip()[:LONGEST_NAME],
        kind=Organisation.Kind.REQUESTER,
        country=country,
        created_at=from_ms(now_ms),
    )
    add_member(requester, Role.REQUESTER, now_ms, organisation=organisation)
    return organisation


@transaction.atomic
def set_country(organisation: Organisation, country: str) -> None:
    """Set where an organisation is, where nobody has said it yet."""
    Organisation.objects.filter(id=organisation.pk, country="").update(country=country)
