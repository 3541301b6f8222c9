"""Read the lists of contacts invited to a project, and who asked for no more letters."""

from collections.abc import Collection

from canut.store.tables.recruiting.crowd import ContactRefusal, InvitedContact, InvitedList


def lists_of(project_id: int) -> list[InvitedList]:
    """List the lists of a project, newest first."""
    return list(InvitedList.objects.filter(project=project_id).order_by("-id"))


def find_list(project_id: int, number: int) -> InvitedList | None:
    """Return a list of a project; None if there is no such list."""
    return InvitedList.objects.filter(project=project_id, pk=number).first()


def contacts_of(list_id: int) -> list[InvitedContact]:
    """List the usable lines of a list, in the order of the file."""
    rows = InvitedContact.objects.filter(contacts=list_id).select_related("invitation")
    return list(rows.order_by("line"))


def invited_addresses(project_id: int) -> set[str]:
    """Return the addresses that lists invited to a project and that are not erased, in lower."""
    rows = InvitedContact.objects.filter(contacts__project=project_id).exclude(address="")
    return {address.lower() for address in rows.values_list("address", flat=True)}


def unwelcome_digests(organisation_id: int, digests: Collection[str]) -> set[str]:
    """Return which digests of addresses asked for no more letters from an organisation."""
    rows = ContactRefusal.objects.filter(organisation=organisation_id, digest__in=digests)
    return set(rows.values_list("digest", flat=True))


def due_contacts(now_ms: int, limit: int) -> list[int]:
    """List the contacts whose letter is due, the longest waiting first."""
    rows = InvitedContact.objects.filter(due_ms__lte=now_ms).order_by("due_ms", "id")
    return list(rows.values_list("pk", flat=True)[:limit])


def lists_to_erase(now_ms: int) -> list[int]:
    """List the lists whose contacts are to be erased by now."""
    rows = InvitedList.objects.filter(erased_ms=None, erase_ms__lte=now_ms)
    return list(rows.order_by("id").values_list("pk", flat=True))
