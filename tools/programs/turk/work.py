"""Do on an instance what its people do, while programs of others run: ``work.py SOCKET``.

Each connection to the socket brings one line of JSON, ``[NAME, ACT, …]``, and gets one back.
``NAME`` is the organisation whose program it is. Acts: ``organisation`` makes it, ``fund`` pays
money in and opens its projects, ``lend WORKER`` lends a task, ``answer WORKER FIELDS`` hands in the
fields of a page. What is lent or handed in is named as programs name it. Django is set up before.
"""

import json
import sys
import uuid
from socketserver import StreamRequestHandler, UnixStreamServer

from canut.actions.pay.funds import deposit_funds
from canut.actions.people.accounts import add_person, join_as_worker
from canut.actions.people.work_terms import TermsIn, set_terms
from canut.actions.people.worker_aliases import name_people
from canut.actions.platform.system_clock import now_ms
from canut.actions.turk.lending import start_waiting
from canut.actions.turk.names import name_assignments
from canut.actions.work.leases import lease_tasks
from canut.actions.work.submission import Submission, submit
from canut.core.clock import from_ms
from canut.core.money import Money
from canut.core.places.parameters import Status
from canut.store.models import HitType, Lease, Organisation, Person, Project, Worker

ENOUGH = Money(10**9, "CAD")


def organisation(name: str) -> None:
    """Make the organisation of a program."""
    Organisation.objects.create(
        name=name, kind="requester", country="CA", created_at=from_ms(now_ms())
    )


def fund(name: str) -> None:
    """Pay into every project of the organisation, and open those that waited."""
    for project in Project.objects.filter(organisation__name=name):
        deposit_funds(project, ENOUGH, "transfer", by=project.created_by, now_ms=now_ms())
    start_waiting(now_ms())


def lend(name: str, worker_name: str) -> dict[str, str]:
    """Lend the worker a task of the newest HIT type that has a HIT."""
    return _names(_lease(name, worker_name))


def answer(name: str, worker_name: str, fields: dict[str, str]) -> dict[str, str]:
    """Hand in the fields of a page, for the task the worker holds or is lent now."""
    lease = _lease(name, worker_name)
    values = {"page": {field: [text] for field, text in fields.items()}}
    submit(lease.worker_id, Submission(lease.pk, uuid.uuid4().hex, values), now_ms())
    return _names(lease)


def _lease(name: str, worker_name: str) -> Lease:
    types = HitType.objects.filter(organisation__name=name, hits__disposed_ms=None)
    project = types.order_by("-pk")[0].project
    worker = Worker.objects.filter(project=project, person__username=worker_name).first()
    if worker is None:
        worker = join_as_worker(project, _person(worker_name), now_ms())
    lent = lease_tasks(worker.pk, 1, now_ms()).tasks
    return Lease.objects.select_related("worker").get(pk=lent[0].lease)


def _person(name: str) -> Person:
    person = Person.objects.filter(username=name).first()
    if person is None:
        person = add_person(name, name, now_ms())
        terms = TermsIn("CA-QC", "America/Toronto", Status.SELF_EMPLOYED)
        set_terms(person, terms, by=person, now_ms=now_ms())
    return person


def _names(lease: Lease) -> dict[str, str]:
    organisation_id = lease.worker.project.organisation_id
    person = lease.worker.person_id or 0
    return {
        "worker": name_people(organisation_id, [person])[person],
        "assignment": name_assignments([lease.pk])[lease.pk].public_id,
    }


ACTS = {"organisation": organisation, "fund": fund, "lend": lend, "answer": answer}


class Asked(StreamRequestHandler):
    """One act that a program's script asks for."""

    def handle(self) -> None:
        """Do it, and tell the names that came of it."""
        name, act, *words = json.loads(self.rfile.readline())
        self.wfile.write(json.dumps(ACTS[act](name, *words)).encode() + b"\n")


if __name__ == "__main__":
    with UnixStreamServer(sys.argv[1], Asked) as server:
        server.serve_forever()
