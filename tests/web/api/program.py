"""A program with a key, for tests of the API."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client

from canut.actions.integrations.api_keys import KeyIn, create_key
from canut.actions.platform.system_clock import now_ms
from canut.store.models import ApiKey, Organisation, Project, Role

type Json = Any
V1 = "/api/v1/"
AIMS = dict.fromkeys(("business", "social", "ethical", "whose", "consent", "paid"), "dit")


@dataclass
class Program:
    """Asks the API with one key."""

    key: ApiKey
    token: str

    def ask(
        self,
        method: str,
        address: str,
        body: object = None,
        *,
        kind: str = "application/json",
        **headers: str,
    ) -> Json:
        """Send one request; a body that is no bytes goes as JSON."""
        sent = body if isinstance(body, bytes) else json.dumps(body) if body is not None else ""
        named = {"Authorization": f"Bearer {self.token}", "Accept-Language": "en"}
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = Client().generic(
            method, V1 + address, sent, content_type=kind, headers={**named, **more}
        )
        if not isinstance(answer, StreamingHttpResponse):
            return answer
        whole = b"".join(part for part in answer)  # read to its end, so that the file is closed
        return HttpResponse(whole, status=answer.status_code, headers=dict(answer.items()))

    def get(self, address: str, **headers: str) -> Json:
        """Read; it must work."""
        answer = self.ask("GET", address, **headers)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def post(self, address: str, body: object = None) -> Json:
        """Send; it must work."""
        answer = self.ask("POST", address, body)
        assert answer.status_code in {200, 201}, answer.content
        return answer.json()


def program(
    role: str,
    *,
    organisation: Organisation | None = None,
    project: Project | None = None,
    simulated: bool = False,
) -> Program:
    """Make a program with a key of its own."""
    wanted = KeyIn(f"{role} bot", Role(role), 30, organisation, project, is_simulated=simulated)
    made = create_key(wanted, by=None, now_ms=now_ms())
    return Program(made.key, made.token)
