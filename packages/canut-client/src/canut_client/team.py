"""Who takes part in a project and what is reported of it: members, flags, webhooks.

A base of ``Client``.

Generated from ``async_team`` by ``tools/sync_client.py``.
"""

from collections.abc import Iterator, Sequence

from canut_client import schemas
from canut_client.protocol import Request, project_path
from canut_client.requests import Requests
from canut_client.schemas import parse


class Team(Requests):
    """Members, invitations, flags, decisions and webhooks of a project."""

    def members(self, project: str) -> list[schemas.Member]:
        """List who has a role in the project, or one through its organisation."""
        page = self._get(f"{project_path(project)}/members")
        return [parse(schemas.Member, item) for item in page["items"]]

    def member(self, project: str, member: int) -> schemas.MemberAccess:
        """Fetch one role, and what its holder knows or created that gives access here."""
        path = f"{project_path(project)}/members/{member}"
        return parse(schemas.MemberAccess, self._get(path))

    def end_member(
        self, project: str, member: int, *, keep_access: bool = False
    ) -> schemas.Removal:
        """End a role; answers and pay stay.

        Args:
            project: ``id`` of the project.
            member: ``id`` of the role.
            keep_access: leave the links, keys and webhooks that its holder made open.
        """
        query = {"access": "keep" if keep_access else "close"}
        request = Request("DELETE", f"{project_path(project)}/members/{member}", query=query)
        return parse(schemas.Removal, self._transport.request(request))

    def invite(
        self,
        project: str,
        role: str = "worker",
        *,
        max_uses: int = 1,
        days: int = 30,
        note: str = "",
    ) -> schemas.Invitation:
        """Create an invitation: a link that gives a role in the project.

        Args:
            project: ``id`` of the project.
            role: ``worker``, ``reviewer``, ``requester`` or ``auditor``.
            max_uses: how many people may use it, 1 to 10,000.
            days: how long it is valid, 1 to 365.
            note: for the list of invitations.
        """
        body = {"role": role, "max_uses": max_uses, "days": days, "note": note}
        path = f"{project_path(project)}/invitations"
        return parse(schemas.Invitation, self._post_idempotent(path, body))

    def invitations(self, project: str) -> list[schemas.Invitation]:
        """List the invitations, newest first."""
        page = self._get(f"{project_path(project)}/invitations")
        return [parse(schemas.Invitation, item) for item in page["items"]]

    def withdraw_invitation(self, project: str, invitation: int) -> None:
        """Withdraw an invitation; people who used it stay."""
        self._delete(f"{project_path(project)}/invitations/{invitation}")

    def flags(self, project: str) -> Iterator[schemas.Flag]:
        """List the workers' reports about tasks, in order of arrival."""
        return self._pages(schemas.Flag, f"{project_path(project)}/reviews/flags")

    def decisions(self, project: str) -> Iterator[schemas.Decision]:
        """List the decisions people made about workers of the project, in order."""
        return self._pages(schemas.Decision, f"{project_path(project)}/decisions")

    # webhooks

    def webhooks(self, project: str) -> list[schemas.Webhook]:
        """List the webhooks of the project and of its organisation."""
        page = self._get(f"{project_path(project)}/webhooks")
        return [parse(schemas.Webhook, item) for item in page["items"]]

    def add_webhook(
        self, project: str, url: str, events: Sequence[str], *, organisation: bool = False
    ) -> schemas.WebhookMade:
        """Create a webhook; its ``secret`` is shown this once.

        Args:
            project: ``id`` of the project.
            url: where messages go.
            events: such as ``task.closed`` and ``export.ready``.
            organisation: hear of every project of the organisation.
        """
        body = {"url": url, "events": list(events), "organisation": organisation}
        path = f"{project_path(project)}/webhooks"
        return parse(schemas.WebhookMade, self._post_idempotent(path, body))

    def webhook(self, project: str, webhook: int) -> schemas.Webhook:
        """Fetch a webhook, and how many messages wait."""
        return parse(schemas.Webhook, self._get(_webhook(project, webhook)))

    def change_webhook(
        self,
        project: str,
        webhook: int,
        *,
        url: str | None = None,
        events: Sequence[str] | None = None,
        state: str | None = None,
    ) -> schemas.Webhook:
        """Change a webhook; what is left out stays.

        Args:
            project: ``id`` of the project.
            webhook: ``id`` of the webhook.
            url: where messages go.
            events: all it hears of.
            state: ``active`` begins again with what waits; ``paused`` keeps messages waiting.
        """
        fields = {"url": url, "events": None if events is None else list(events), "state": state}
        body = {name: value for name, value in fields.items() if value is not None}
        request = Request("PATCH", _webhook(project, webhook), body)
        return parse(schemas.Webhook, self._transport.request(request))

    def remove_webhook(self, project: str, webhook: int) -> None:
        """Delete a webhook and the log of its deliveries."""
        self._delete(_webhook(project, webhook))

    def renew_webhook_secret(self, project: str, webhook: int) -> schemas.WebhookMade:
        """Replace a webhook's secret; the old one also signs for one more day."""
        path = f"{_webhook(project, webhook)}/secret"
        return parse(schemas.WebhookMade, self._post_idempotent(path, None))

    def test_webhook(self, project: str, webhook: int) -> schemas.Webhook:
        """Send a test message, even to a stopped webhook."""
        path = f"{_webhook(project, webhook)}/test"
        return parse(schemas.Webhook, self._post_idempotent(path, None))

    def deliveries(self, project: str, webhook: int) -> Iterator[schemas.Delivery]:
        """List the messages of the last thirty days, newest first."""
        return self._pages(schemas.Delivery, f"{_webhook(project, webhook)}/deliveries")

    def replay_delivery(self, project: str, webhook: int, delivery: int) -> int:
        """Send one message again under the same identifier; return how many are sent."""
        path = f"{_webhook(project, webhook)}/deliveries/{delivery}/replay"
        return int((self._post_idempotent(path, None))["messages"])

    def replay_webhook(self, project: str, webhook: int, seconds: int) -> int:
        """Send all messages of the last ``seconds`` again; return how many are sent."""
        path = f"{_webhook(project, webhook)}/replay"
        return int((self._post_idempotent(path, {"seconds": seconds}))["messages"])


def _webhook(project: str, webhook: int) -> str:
    return f"{project_path(project)}/webhooks/{webhook}"
