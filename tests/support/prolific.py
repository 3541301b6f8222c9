"""A stand-in for Prolific's API on a free port of this machine.

It is not Prolific: it was written from Prolific's public API reference (docs.prolific.com, 2026)
and answers the calls named there in the forms shown there. What the reference leaves open, such as
the words of an error, is a guess of this file. It holds one study and its submissions, and records
each call, so that a test can say what was asked and, above all, what never was.
"""

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

TOKEN = "tok-9f2c-only-for-this-test"
STUDY, BATCH = "60f6acb180a7b59ac0621f9e", "621014cb8e9e0f81e387021f"
LEAST_REWARD = 100


class StandIn:
    """One study at the stand-in; ``is_silent``: orders to pay are taken and not answered."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, dict[str, Any]]] = []
        self.study: dict[str, Any] = {}
        self.submissions: list[dict[str, Any]] = []
        self.bonuses: dict[str, int] = {}
        self.is_silent = False
        self.url = ""

    def add(self, number: str, member: str, status: str) -> None:
        """Add a submission as the list of the reference shows one."""
        self.submissions.append(
            {
                "id": number,
                "participant_id": member,
                "status": status,
                "started_at": "2026-04-27T15:00:00Z",
                "time_taken": 600,
                "reward": 100,
                "study_code": "",
                "bonus_payments": [],
                "strata": {"date of birth": "1990-01-01", "sex": "Female"},
            }
        )

    def paths(self, method: str = "POST") -> list[str]:
        """Return the paths that were called, without the common beginning."""
        return [path for called, path, _body in self.calls if called == method]

    def answer(self, path: str, body: dict[str, Any]) -> tuple[int, object]:
        """Return the status and the body that the reference names for a call."""
        answers: dict[str, Callable[[dict[str, Any]], tuple[int, object]]] = {
            "studies/": self._create,
            f"studies/{STUDY}/": lambda _body: (200, self.study),
            f"studies/{STUDY}/transition/": self._move,
            f"studies/{STUDY}/submissions/": lambda _body: (200, {"results": self.submissions}),
            "submissions/bulk-approve/": self._approve,
            "submissions/bonus-payments/": self._set_up,
            f"bulk-bonus-payments/{BATCH}/pay/": self._pay,
        }
        address, _, query = path.partition("?")
        if address not in answers or (query and not query.endswith("offset=0")):
            return 404, _fault("not found")
        return answers[address](body)

    def _create(self, body: dict[str, Any]) -> tuple[int, object]:
        if body["reward"] < LEAST_REWARD:
            return 400, _fault("the reward is too low")
        self.study = body | {"id": STUDY, "status": "UNPUBLISHED", "currency_code": "CAD"}
        return 201, self.study

    def _move(self, body: dict[str, Any]) -> tuple[int, object]:
        states = {"PUBLISH": "ACTIVE", "START": "ACTIVE", "PAUSE": "PAUSED"}
        self.study["status"] = states[body["action"]]
        return 200, self.study

    def _approve(self, body: dict[str, Any]) -> tuple[int, object]:
        for row in self.submissions:
            if row["id"] in body["submission_ids"]:
                row["status"] = "APPROVED"
        return 200, {"message": "The request to bulk approve has been made successfully."}

    def _set_up(self, body: dict[str, Any]) -> tuple[int, object]:
        lines = [line.split(",") for line in body["csv_bonuses"].splitlines()]
        self.bonuses = {number: round(float(amount) * 100) for number, amount in lines}
        amount = sum(self.bonuses.values())
        sums = {"amount": amount, "fees": amount / 4, "vat": 0, "total_amount": amount * 1.25}
        return 201, sums | {"id": BATCH, "study": STUDY}

    def _pay(self, _body: dict[str, Any]) -> tuple[int, object]:
        for row in self.submissions:
            if not self.is_silent and row["id"] in self.bonuses:
                row["bonus_payments"].append(self.bonuses[row["id"]])
        return 202, f"Bulk bonus payment with ID {BATCH} is being processed asynchronously."


def _fault(detail: str) -> dict[str, Any]:
    return {"error": {"status": 400, "title": "Error", "detail": f"No good: {detail}"}}


@contextmanager
def stand_in() -> Generator[StandIn]:
    """Serve the stand-in until the block ends."""
    prolific = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._serve("GET", {})

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            self._serve("POST", json.loads(self.rfile.read(length)))

        def _serve(self, method: str, body: dict[str, Any]) -> None:
            path = self.path.removeprefix("/api/v1/")
            prolific.calls.append((method, path, body))
            status, reply = prolific.answer(path, body)
            if self.headers["Authorization"] != f"Token {TOKEN}":
                status, reply = 401, _fault("token")
            if prolific.is_silent and path.endswith("/pay/"):
                self.close_connection = True
                return
            content = json.dumps(reply).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_request(self, code: object = "-", size: object = "-") -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    prolific.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield prolific
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
