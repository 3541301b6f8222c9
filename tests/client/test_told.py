"""The background work of a real server tells a receiver what happens, and comes back to it."""

import json
from pathlib import Path

from canut_client import Client
from tests.browser.instance import Instance
from tests.client.projects import opened
from tests.support.webhook_receiver import is_genuine, receiver

LISTEN = """
from canut.actions.platform.system_clock import now_ms
from canut.actions.integrations.webhooks import WebhookSpec, create_webhook
from canut.store.models import Project
from django.conf import settings

settings.WEBHOOKS_INSIDE = True
project = Project.objects.get(slug={project!r})
wanted = WebhookSpec({url!r}, ["task.closed", "project.paused"])
secret = create_webhook(project, wanted, by=project.created_by, now_ms=now_ms())[1]
open({file!r}, "w").write(secret)
"""


def test_what_happens_reaches_a_receiver_that_failed_at_first(
    server: Instance, requester: str, worker: str, tmp_path: Path
) -> None:
    file = tmp_path / "secret.txt"
    with (
        receiver() as there,
        Client(server.url, requester) as client,
        Client(server.url, worker) as bot,
    ):
        project = opened(client, rows=2)
        server.python(LISTEN.format(project=project, url=there.url, file=str(file)))
        there.answers = [500]
        held = bot.lease(project, 2).leases
        bot.answer_many(project, {one.id: {"q": "oui"} for one in held})
        client.pause(project, "for the night")

        there.wait_for(3)

    bodies = [json.loads(body) for _headers, body in there.got]
    closed = next(one["data"]["tasks"] for one in bodies if one["type"] == "task.closed")
    assert {one["type"] for one in bodies} == {"task.closed", "project.paused"}
    assert sorted(one["id"] for one in closed) == sorted(one.task.id for one in held)
    assert len(set(there.messages)) == 2
    assert all(is_genuine(*one, file.read_text()) for one in there.got)
