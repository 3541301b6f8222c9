"""A program does everything through the client, on a real server, over rough roads."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from canut_client import (
    Client,
    ConnectionLostError,
    Prelabel,
    Progress,
    RefusedError,
    RetryPolicy,
    UploadError,
    tables,
)
from canut_client import (
    rows as upload_rows,
)
from canut_client.hub import HubSettings
from tests.browser.instance import Instance
from tests.client.projects import begun, opened
from tests.client.rough import Road, rough_road


@pytest.fixture
def road(server: Instance) -> Iterator[Road]:
    with rough_road(server.url) as laid:
        yield laid


@pytest.fixture
def rests() -> list[float]:
    return []


@pytest.fixture
def client(road: Road, requester: str, rests: list[float]) -> Iterator[Client]:
    """Return a client that goes by the rough road and rests without losing time."""
    retry = RetryPolicy(retries=4, sleep=rests.append)
    with Client(road.url, requester, retry=retry) as one:
        yield one


def test_key_says_what_it_is(client: Client) -> None:
    told = client.key()

    assert (told.role, told.project, told.simulated) == ("requester", None, False)


def test_project_is_worked_through_and_taken_away(
    client: Client, server: Instance, worker: str, tmp_path: Path
) -> None:
    project = opened(client)

    with Client(server.url, worker) as bot:
        held = bot.lease(project, 3)
        first, *others = held.leases
        receipt = bot.answer(project, first.id, {"q": "oui"}, key="mine")
        again = bot.answer(project, first.id, {"q": "oui"}, key="mine")
        several = bot.answer_many(
            project, {others[0].id: {"q": "non"}, others[1].id: {"q": "perhaps"}}
        )
        bot.release(project, [others[1].id])
    client.export(project, tmp_path / "labels.csv")

    now = client.project(project)
    assert (receipt.repeated, again.repeated, again.id) == (False, True, receipt.id)
    assert [len(several.receipts), len(several.refused)] == [1, 1]
    assert now.progress is not None
    assert (now.state, now.progress.closed, now.progress.to_do) == ("open", 2, 1)
    assert [one.label for one in client.results(project)] == ["oui", "non", None]
    assert {one.author_kind for one in client.answers(project)} == {"simulated"}
    assert (tmp_path / "labels.csv").read_text().count("\n") == 4
    (line,) = client.task(project, first.task.id).answers
    assert (line.author_kind, line.counted) == ("simulated", True)


def test_model_says_what_it_thinks_and_a_wrong_label_keeps_the_batch_out(client: Client) -> None:
    project = opened(client)
    keys = [task.key for task in client.tasks(project)]

    stored = client.add_prelabels(project, "bert", [Prelabel(key, "oui", 0.5) for key in keys])
    refused = client.add_prelabels(
        project, "bert", [Prelabel(keys[0], "oui"), Prelabel("x", "oui")]
    )

    assert (stored.stored, stored.problems) == (3, [])
    assert refused.stored == 0
    assert [(problem.row, problem.column) for problem in refused.problems] == [(2, "key")]


def test_project_is_waited_for_until_its_tasks_are_answered(
    client: Client, server: Instance, worker: str, rests: list[float]
) -> None:
    project = opened(client)
    with pytest.raises(TimeoutError, match="3 of 3"):
        client.wait(project, seconds=1, every=1)
    with Client(server.url, worker) as bot:
        bot.answer_many(project, {one.id: {"q": "oui"} for one in bot.lease(project, 3).leases})

    over = client.wait(project)

    assert rests == [1]
    assert over.progress is not None
    assert over.progress.closed == 3


def test_dataset_is_unpacked_with_its_card_and_pushed_to_a_hub(
    client: Client, server: Instance, worker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = opened(client)
    with Client(server.url, worker) as bot:
        bot.answer_many(project, {one.id: {"q": "oui"} for one in bot.lease(project, 3).leases})
    pushed = list[tuple[str, bool, list[str]]]()

    def push(folder: Path, repo: str, settings: HubSettings) -> str:
        pushed.append((repo, settings.private, sorted(one.name for one in folder.iterdir())))
        return f"hub/{repo}"

    monkeypatch.setattr("canut_client.datasets.push_folder", push)
    folder = client.bundle(project, tmp_path, licence="CC-BY-4.0")
    address = client.to_hub(project, "soies/avis")

    assert '"CC-BY-4.0"' in (folder / "README.md").read_text()
    assert json.loads((folder / "labour-card.json").read_text())["credentialSubject"]
    assert address == "hub/soies/avis"
    ((repo, is_private, names),) = pushed
    assert (repo, is_private) == ("soies/avis", True)
    assert {"README.md", "labour-card.json", "typed", "data"} <= set(names)


def test_reason_of_a_change_goes_in_the_body_and_a_change_without_one_is_refused(
    client: Client,
) -> None:
    project = opened(client)

    with pytest.raises(RefusedError) as caught:
        client.pause(project, "")
    paused = client.pause(project, "nuit")
    resumed = client.open(project, "jour")
    ended = client.close_project(project, "fini")

    assert caught.value.code == "change-unsaid"
    assert [one.state for one in (paused, resumed, ended)] == ["paused", "open", "closed"]


def test_cost_of_own_staff_is_nothing(client: Client) -> None:
    told = client.cost(begun(client))

    assert (told.currency, told.need, told.missing_micro) == (None, None, 0)


def test_lists_go_on_page_after_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("canut_client.requests.PAGE_ROWS", 2)
    project = opened(client, rows=5)

    keys = [task.data["id"] for task in client.tasks(project)]

    assert keys == ["0", "1", "2", "3", "4"]


def test_refusal_carries_its_code_and_the_way_out(client: Client) -> None:
    with pytest.raises(RefusedError) as caught:
        client.project("no-such-project")

    assert (caught.value.status, caught.value.code) == (404, "missing")
    assert caught.value.title
    assert caught.value.next


def test_busy_server_is_asked_again_as_late_as_it_says(
    client: Client, road: Road, rests: list[float]
) -> None:
    road.ahead = {"GET": [503, 429]}

    client.key()

    assert len(rests) == 2
    assert rests[1] == 7.0


def test_lost_connection_is_opened_again(client: Client, road: Road) -> None:
    road.ahead = {"GET": ["lost", "unheard"]}

    told = client.key()

    assert told.role == "requester"


def test_server_that_never_answers_is_given_up(client: Client, road: Road) -> None:
    road.ahead = {"GET": ["lost"] * 5}

    with pytest.raises(ConnectionLostError):
        client.key()


def test_project_whose_answer_was_lost_is_begun_once(client: Client, road: Road) -> None:
    before = len(list(client.projects()))
    road.ahead = {"POST": ["unheard"]}

    begun(client)

    assert len(list(client.projects())) == before + 1
    names = [name for name in road.names if name]
    assert len(names) == 2
    assert len(set(names)) == 1


def test_upload_that_breaks_goes_on_where_it_was(
    client: Client, road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_rows, "CHUNK_BYTES", 20_000)
    project = begun(client)
    rows = [{"id": f"{n}", "text": "é" * 20} for n in range(2_000)]
    road.ahead = {"PATCH": ["", "cut", "unheard", 503, "lost"]}

    made = client.add_tasks(project, rows, id_column="id")

    assert (made.state, made.tasks, made.set_aside) == ("published", 2_000, 0)
    assert [task.key for task in client.tasks(project)] == [row["id"] for row in rows]


def test_upload_that_was_given_up_is_gone_on_with_later(
    client: Client, road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_rows, "CHUNK_BYTES", 20_000)
    project = begun(client)
    rows = [{"id": f"{n}", "text": "x" * 40} for n in range(1_000)]
    road.ahead = {"PATCH": ["", "cut", *["lost"] * 5]}
    with pytest.raises(UploadError) as caught:
        client.add_tasks(project, rows, id_column="id")
    broken = caught.value
    road.passed.clear()

    made = client.add_tasks(project, rows, id_column="id", upload=broken.upload)

    pieces = [one for one in road.passed if one.startswith("PATCH")]
    assert broken.stored_bytes >= 20_000
    assert len(pieces) < len(list(upload_rows.row_chunks(rows)))
    assert (made.tasks, made.set_aside) == (1_000, 0)


def test_download_that_breaks_is_whole_or_not_there(
    client: Client, road: Road, tmp_path: Path
) -> None:
    project = opened(client)
    road.ahead = {"GET": ["unheard"]}

    client.export(project, tmp_path / "labels.jsonl")
    road.ahead = {"GET": ["lost"] * 30}
    with pytest.raises(ConnectionLostError):
        client.export(project, tmp_path / "other.jsonl")

    assert [file.name for file in tmp_path.iterdir()] == ["labels.jsonl"]


def test_frame_goes_in_and_comes_out(client: Client) -> None:
    project = begun(client)
    frame = pd.DataFrame({"id": ["a", "b"], "text": ["bon", "bien"], "n": [1, None]})

    client.add_tasks(project, frame, id_column="id")

    labels, results = client.export_table(project), client.results_table(project)
    assert list(labels["key"]) == ["a", "b"]
    assert list(labels["text"]) == ["bon", "bien"]
    assert list(results["answers"]) == [0, 0]
    assert client.task(project, int(results["task"][1])).data.get("n") in {None, ""}


def test_arrow_table_goes_in_and_comes_out_without_pandas(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "find_spec", lambda _name: None)
    project = begun(client)

    client.add_tasks(project, pa.table({"id": ["a"], "text": ["bon"]}), id_column="id")

    assert client.results_table(project).column("key").to_pylist() == ["a"]
    assert client.export_table(project).column("text").to_pylist() == ["bon"]


@pytest.mark.parametrize("rows", ["text", {"a": 1}, 7, [["a"]]])
def test_what_is_no_table_is_refused_before_anything_is_sent(rows: object) -> None:
    with pytest.raises(TypeError):
        list(tables.rows_of(rows))


def test_progress_is_told_to_the_end(server: Instance, requester: str, tmp_path: Path) -> None:
    told: list[Progress] = []

    with Client(server.url, requester, progress=told.append) as client:
        project = begun(client)
        client.add_tasks(project, [{"text": "un"}, {"text": "deux"}])
        client.export(project, tmp_path / "labels.csv")

    ends = [(one.what, one.done) for one in told if one.is_over]
    assert ends == [("upload", 2), ("download", (tmp_path / "labels.csv").stat().st_size)]


def test_address_of_no_server_is_refused() -> None:
    with pytest.raises(ValueError, match="address"):
        Client("example.org", "canut_x")


def test_example_runs_a_project_with_twenty_workers(
    server: Instance, keys: list[str], tmp_path: Path
) -> None:
    (tmp_path / "keys.txt").write_text("\n".join(keys[1:]))

    script = [sys.executable, "examples/run_project.py", "--url", server.url, "--key", keys[0]]
    crowd = ["--worker-keys", str(tmp_path / "keys.txt")]

    said = server.told(*script, *crowd, "--rows", "60", "--out", str(tmp_path / "labels.csv"))

    assert "60 tasks in, 0 rows set aside" in said
    assert "180 answers of 20 workers" in said
    right = re.search(r"(\d+) of 60 labels right", said)
    assert right
    assert int(right[1]) >= 54
    assert (tmp_path / "labels.csv").read_text().count("\n") == 61
