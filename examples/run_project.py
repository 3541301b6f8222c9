"""Run a whole project through the API: import, work by 20 simulated workers, review, export.

It needs a running server, one key that may ask for labels, and twenty that may work:

    canut key create --role requester --name demo
    for n in $(seq 20); do canut key create --role worker --simulated --name "w$n" | tail -1; done
    python examples/run_project.py --key canut_… --worker-keys keys.txt --rows 100000

The workers are simulated and say so in every answer: each is right nine times in ten. What comes
out is labels one can compare with the truth, which the script knows. With many rows, the server's
background work (``canut work``) must run.
"""

import argparse
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from canut_client import Client

CHOICES = ("positive", "neutral", "negative")
WORDS = {"positive": "wonderful", "neutral": "all right", "negative": "dreadful"}
SCHEMA = {
    "questions": [
        {
            "id": "q",
            "kind": "choice",
            "ask": "How does this review feel?",
            "multiple": False,
            "choices": [{"value": choice} for choice in CHOICES],
        }
    ],
    "show": [{"column": "text", "as": "text"}],
}
AIMS = {
    "business": "Show that a whole project runs through the API.",
    "social": "Whoever writes a client has something to begin from.",
    "ethical": "Nothing known: the reviews are made up.",
    "whose": "Nobody's: this script makes them up.",
    "consent": "None is needed.",
    "paid": "Nobody; the workers are simulated.",
}
OVERLAP = 3
RIGHT = 0.9
HELD = 20
REVIEWED = 25


def truth_of(row: int) -> str:
    """Return the right answer of a row."""
    return CHOICES[row * 7919 % len(CHOICES)]


def rows(count: int) -> list[dict[str, str]]:
    """Make reviews up; one in fifty comes with its known answer."""
    return [
        {"id": f"r{n:07}", "text": f"Review {n}: it was {WORDS[truth_of(n)]}."}
        | ({"known": truth_of(n)} if n % 50 == 0 else {})
        for n in range(count)
    ]


def prepare(client: Client, count: int) -> str:
    """Begin a project, say what must be said, add its rows and open it; return its name."""
    project = client.begin_project("Reviews, by the API", own_staff=True).id
    client.write_aims(project, **AIMS)
    client.write_risk(project, 0)
    client.ask(project, SCHEMA, "Go by the adjective.")
    client.price(project, "CAD", piece_micro=0)
    client.set_overlap(project, OVERLAP)
    made = client.add_tasks(project, rows(count), id_column="id", known_column="known")
    print(f"{made.tasks:,} tasks in, {made.set_aside} rows set aside")
    client.start(project)
    return project


def work(url: str, key: str, project: str, seed: int) -> int:
    """Answer as one simulated worker until nothing is left; return how many answers were kept."""
    chance, kept = random.Random(seed), 0
    with Client(url, key) as client:
        while held := client.lease(project, HELD).leases:
            given = {}
            for lease in held:
                right = truth_of(int(lease.task.key.removeprefix("r").removeprefix("practice-r")))
                said = right if chance.random() < RIGHT else chance.choice(CHOICES)
                given[lease.id] = {"q": said}
            kept += len(client.answer_many(project, given).receipts)
    return kept


def review(client: Client, project: str) -> int:
    """Settle the least sure tasks: read what was said, say what is right; return how many."""
    least = [one for one, _ in zip(client.unsure(project), range(REVIEWED), strict=False)]
    for one in least:
        task = client.task(project, one.task)
        client.mark_known(project, task.id, truth_of(int(task.key.removeprefix("r"))))
    return len(least)


def main() -> int:
    """Run it and say how right the labels are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--key", required=True, help="of whoever asks for labels")
    parser.add_argument("--worker-keys", required=True, type=Path, help="a file, one key a line")
    parser.add_argument("--rows", type=int, default=1_000)
    parser.add_argument("--out", type=Path, default=Path("labels.csv"))
    args = parser.parse_args()
    client = Client(args.url, args.key)
    keys = args.worker_keys.read_text().split()
    project = prepare(client, args.rows)
    began = time.monotonic()
    with ThreadPoolExecutor(len(keys)) as crowd:
        done = crowd.map(
            lambda one: work(args.url, one[1], project, one[0]), enumerate(keys, start=1)
        )
        answers = sum(done)
    seconds = time.monotonic() - began
    print(f"{answers:,} answers of {len(keys)} workers in {seconds:.0f} s")
    client.estimate(project)
    print(f"{review(client, project)} of the least sure tasks reviewed")
    client.estimate(project)
    client.close_project(project, "every label is there")
    client.export(project, args.out)
    found = list(client.results(project))
    right = sum(one.label == truth_of(int(one.key.removeprefix("r"))) for one in found)
    print(f"{right:,} of {len(found):,} labels right; they are in {args.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
