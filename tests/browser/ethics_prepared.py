"""People around a hold: ``python -m tests.browser.ethics_prepared DATA`` prints where they enter.

A project at work with its client, a reviewer in office, a representative and a worker.
"""

import json
import os
import sys
import time
from typing import Any


def make_people() -> dict[str, Any]:
    """Make everybody; return where each enters once, and the number of the review."""
    import django

    django.setup()
    from canut.actions.people.accounts import make_one_time_link
    from canut.core.clock import DAY_MS
    from canut.store.models import EthicsTerm
    from tests.support.ethics import set_bench

    now_ms = int(time.time() * 1000)
    bench = set_bench(workers=1, title="Visages dans la rue")
    EthicsTerm.objects.update(ends_ms=now_ms + 700 * DAY_MS)
    worker = bench.made.worker.person
    assert worker is not None
    number = bench.review.pk
    people = {
        "reviewer": bench.reviewer,
        "client": bench.requester,
        "council": bench.council[0],
        "worker": worker,
    }
    enter = {
        name: f"/enter/{make_one_time_link(person, f'/ethics/{number}/', now_ms)}"
        for name, person in people.items()
    }
    return {"enter": enter, "number": number, "slug": bench.project.slug}


if __name__ == "__main__":
    os.environ |= {"CANUT_DATA": sys.argv[1], "DJANGO_SETTINGS_MODULE": "canut.settings"}
    sys.stdout.write(json.dumps(make_people()))
