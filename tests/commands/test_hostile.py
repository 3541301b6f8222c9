"""What strangers and ill-meaning clients send to a server without a proxy does not stop it."""

import json
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from canut.web.api.addresses import ENDPOINTS
from canut.web.urls import PAGES
from tests.commands.serving import is_serving, prepare, seconds_for, served

ANSWERS = {204, 401, 403, 404, 409, 413, 422}  # 204: a rest is asked for without a body
UNREAD = {
    *("answers_went_places", "own_page_finished", "own_page_received"),
    *("pay_sign", "upload_part", "workbench_rest"),
}
"""Answered before the body is read: there is no such object, or no JSON is read."""
PREPARE = """
import json
from django.test import Client
from canut.actions.platform.system_clock import now_ms
from canut.actions.integrations.api_keys import KeyIn, create_key
from canut.actions.people.accounts import add_member
from canut.store.models import Role
from tests.support.factories import make_person, make_project
made = make_project(tasks=3)
people = {"worker": made.worker.person}
for role in ("requester", "reviewer"):
    people[role] = make_person()
    add_member(people[role], Role(role), now_ms(), organisation=made.project.organisation)
sessions = {}
for role, person in people.items():
    client = Client(); client.force_login(person)
    sessions[role] = client.cookies["sessionid"].value
keys = {r: create_key(KeyIn(r, Role(r)), by=None, now_ms=now_ms()).token for r in people}
print(json.dumps([made.project.slug, sessions, keys]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("opens", ["[", '{"a":'])
def test_deep_json_is_refused_by_a_process_that_lives(instance: Path, opens: str) -> None:
    slug, sessions, keys = json.loads(prepare(instance, PREPARE))
    bodies = [opens * (levels // len(opens)) for levels in (10**4, 10**5, 10**6)]
    bodies += [f'{{"answers":[{{"lease":1,"key":"k","values":{{"q":{body}' for body in bodies]
    asked = [*pages_of(slug, sessions), *operations_of(slug, keys)]
    assert len(asked) > 60
    refused: dict[str, set[str]] = defaultdict(set)

    with served(instance) as (port, pid):
        for name, method, path, headers in asked:
            for body in bodies:
                status, code = answer_of(port, method, path, body, headers)
                refused[name].add(code)
                assert status in ANSWERS, (name, len(body), status)

        assert is_serving(pid)
        assert seconds_for(port, "/healthz", patience=20) < 20
    unread = {name for name, codes in refused.items() if "json-too-deep" not in codes}
    assert unread == UNREAD


def pages_of(slug: str, sessions: dict[str, str]) -> Iterator[tuple[str, str, str, dict[str, str]]]:
    """Yield each page that takes JSON, for each person who might be let in."""
    for page in PAGES:
        if page.json and "POST" in page.methods:
            path = page.address.replace("<slug:project>", slug)
            path = path.replace("<whole:number>", "1").replace("<whole:lease>", "1")
            for session in sessions.values():
                cookie = f"sessionid={session}; csrftoken={'a' * 32}"
                headers = {"Cookie": cookie, "X-CSRFToken": "a" * 32}
                yield page.name, "POST", "/" + path.replace("<str:token>", "a" * 32), headers


def operations_of(
    slug: str, keys: dict[str, str]
) -> Iterator[tuple[str, str, str, dict[str, str]]]:
    """Yield each operation of the API that takes JSON, with a key of its audience."""
    for endpoint in ENDPOINTS:
        if "application/json" in endpoint.takes:
            parts = endpoint.address.replace("{slug:project}", slug).split("/")
            path = "/".join("1" if part.startswith("{") else part for part in parts)
            roles = [role for role in keys if role in endpoint.audience.roles] or ["worker"]
            headers = {"Authorization": f"Bearer {keys[roles[0]]}"}
            name = f"{endpoint.method} {endpoint.address}"
            yield name, endpoint.method, "/api/v1/" + path, headers


def answer_of(
    port: int, method: str, path: str, body: str, headers: dict[str, str], tries: int = 2
) -> tuple[int, str]:
    """Send a body; return the status and the code of the refusal.

    A refusal that leaves before the body was read can reset a sender who is still writing.
    """
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}",
        data=body.encode(),
        headers=headers | {"Content-Type": "application/json"},
        method=method,
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status), ""
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, str(json.loads(refused.read()).get("code"))
    except OSError:
        if not tries:
            raise
        return answer_of(port, method, path, body, headers, tries - 1)
