import csv
import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from canut_verify.__main__ import main
from pytest_django import Settings

from canut.actions.datasets import bundles
from canut.actions.datasets.bundles import BundleResult, policy_text, write_bundle
from canut.actions.datasets.card_figures import JOINED, NO_FLOOR, NOT_PAID, SHOW
from canut.actions.datasets.credits import set_credit
from canut.actions.datasets.material import describe_material
from canut.actions.ledger import log_keys
from canut.actions.pay.periods import close_period
from canut.actions.people.terms_changes import say_place
from canut.commands.bundle_files import Folder
from canut.core.clock import HOUR_MS, to_ms
from canut.core.datasets.bundle import CARD, ROWS, BundleVerdict, verify_bundle
from canut.core.datasets.card import FIELDS, Grade
from canut.core.datasets.material import (
    Consent,
    DatasetSource,
    Gesture,
    MakerPay,
    MaterialPart,
    Relation,
)
from canut.core.errors import BadInput, Forbidden
from canut.core.places.parameters import Status
from canut.core.proofs.policy import read_policy
from canut.store.datasets.credits import names_of
from canut.store.datasets.material import material_of
from canut.store.models import Import, LogEntry, Person, Project, Task, Worker
from canut.store.tables.datasets import Card
from tests.support.factories import (
    NOW,
    NOW_MS,
    Made,
    all_opened,
    answer_next,
    make_person,
    make_project,
    make_worker,
)
from tests.support.payroll import AFTER, FIRST, agree, moment, period, policy, work_hours

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """Keep the key in a folder of this test's own."""
    settings.DATA, settings.LOG_KEY = tmp_path, ""
    log_keys.forget_keys()
    yield tmp_path
    log_keys.forget_keys()


def released(project: Project, folder: Path, name: str = "bundle") -> BundleResult:
    return write_bundle(project, folder / name, NOW_MS)


def verified(made: BundleResult) -> BundleVerdict:
    return verify_bundle(Folder(made.folder), read_policy(policy_text().encode()))


def figures(made: BundleResult) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((made.folder / CARD).read_bytes())
    told: dict[str, Any] = found["credentialSubject"]["figures"]
    return told


def worked(count: int, *, tasks: int = 2) -> Made:
    """Make a project in which so many people each answered a task and worked two hours."""
    made = make_project(tasks=tasks, workers=count, overlap=count, piece_micro=100_000)
    for number, worker in enumerate(made.workers):
        person = worker.person
        assert person is not None
        agree(person, Status.EMPLOYEE)
        at_ms = moment(FIRST) + number * 60_000
        answer_next(worker, now_ms=at_ms)
        work_hours(person, made.project.pk, at_ms, 2 * HOUR_MS)
    return made


def paid(count: int) -> Made:
    """Make such a project, and close the period that pays it."""
    made = worked(count)
    policy()
    close_period(period().pk, make_person(), to_ms(AFTER))
    return made


def test_card_counts_the_countries_people_said_before_their_terms_are_set(kept: Path) -> None:
    made = make_project(tasks=1, workers=22, overlap=22)
    for number, worker in enumerate(made.workers):
        answer_next(worker, now_ms=moment(FIRST) + number * 60_000)
        assert worker.person is not None
        say_place(worker.person, "FR", NOW_MS)

    told = figures(released(made.project, kept))

    assert told["places"]["value"] == {"FR": 20}
    assert told["workforce"] == {"unknown": "too few people of one status, or not asked"}


@pytest.mark.slow
def test_bundle_of_real_work_is_accepted_by_both_verifiers(kept: Path) -> None:
    made = released(paid(22).project, kept)

    verdict = verified(made)

    (kept / "policy.txt").write_text(policy_text())
    assert main([str(made.folder), "--policy", str(kept / "policy.txt")]) == 0
    assert verdict.figures["answers"] == Grade.PROVEN
    assert verdict.figures["people"] == Grade.RECOMPUTED
    assert verdict.figures["pay_people_p50"] == Grade.RECOMPUTED
    assert verdict.figures["floor_respected"] == Grade.RECOMPUTED
    assert not verdict.is_witnessed


def test_card_says_what_people_were_paid_and_what_is_not_known(kept: Path) -> None:
    told = figures(released(paid(22).project, kept))

    assert set(told) == set(FIELDS)
    assert told["people"] == {"value": 22, "unit": "people", "grade": "RECOMPUTED"}
    assert told["answers"]["value"] == told["logged_answers"]["value"] == 22
    assert told["active_time"]["value"] == 22 * 2 * HOUR_MS
    floor = told["floor"]["value"]
    assert floor <= told["pay_people_p50"]["value"] < floor + 500_000
    assert told["under_floor_before"]["value"] == 1000
    assert told["under_floor_after"]["value"] == 0
    assert told["floor_respected"]["value"] == "yes"
    assert told["top_ups"]["value"] == 22
    assert told["places"]["value"] == {"CA": 20}
    assert told["workforce"]["value"] == "employee"
    assert told["pay_people_p90"] == {"unknown": "too few people were paid to show it"}
    assert told["languages"] == {"unknown": "not asked"}
    assert told["chain"] == {"unknown": "not declared"}
    assert "QPP" in json.dumps(told["contributions"]) or told["contributions"]["value"]["names"]


def test_time_of_work_that_no_statement_pays_yet_is_told_too(kept: Path) -> None:
    made = paid(22)
    worker, at_ms = made.workers[0], moment(FIRST) + 20 * 24 * HOUR_MS
    assert worker.person is not None
    answer_next(worker, now_ms=at_ms)
    work_hours(worker.person, made.project.pk, at_ms, HOUR_MS)

    told = figures(released(made.project, kept))

    assert told["active_time"]["value"] == (22 * 2 + 1) * HOUR_MS
    assert told["pay_basis"]["value"].endswith("later work is not in these figures yet")


def test_claimed_grade_is_never_better_than_what_the_bundle_shows(kept: Path) -> None:
    made = released(paid(22).project, kept)

    shown = verified(made).figures

    claimed = {name: one["grade"] for name, one in figures(made).items() if "grade" in one}
    assert {name: grade.name for name, grade in shown.items()} == claimed


def test_card_and_export_stand_in_the_log_of_all_and_tell_a_hash_alone(kept: Path) -> None:
    made = released(worked(3).project, kept)

    bodies = [bytes(one.body) for one in LogEntry.objects.filter(log__project=None)]

    facts = [json.loads(body) for body in bodies if json.loads(body)["t"] in {"card", "export"}]
    assert [one["t"] for one in facts] == ["export", "card"]
    assert facts[1]["f"] == {"sha256": made.card.sha256}


def test_files_say_nothing_of_who_answered(kept: Path) -> None:
    work = worked(3)
    made = released(work.project, kept)

    text = b"".join(one.read_bytes() for one in made.folder.rglob("*") if one.is_file()).decode(
        errors="replace"
    )

    assert not [one for one in work.workers if one.public_id in text]
    answers = pyarrow.parquet.read_table(made.folder / "data/answers.parquet")
    assert answers.column_names == [
        "task", "key", "author_kind", "label", "values", "question_version", "simulated",
    ]  # fmt: skip
    labels = pyarrow.parquet.read_table(made.folder / "data/labels.parquet")
    assert "decided_by" not in labels.column_names


def test_a_second_bundle_is_another_version(kept: Path) -> None:
    work = worked(6)
    released(work.project, kept)

    second = released(work.project, kept, "second")

    assert second.card.number == 2
    about = json.loads(second.card.content)["credentialSubject"]
    assert (about["number"], about["previous"]) == (2, Card.objects.get(number=1).sha256)
    assert verified(second).dataset == work.project.slug


def test_folder_that_holds_something_is_refused(kept: Path) -> None:
    (kept / "bundle").mkdir()
    (kept / "bundle/old.txt").write_text("old")

    with pytest.raises(BadInput, match="not an empty folder"):
        released(worked(1).project, kept)
    assert not Card.objects.exists()


def test_project_without_answers_has_no_card(kept: Path) -> None:
    with pytest.raises(BadInput, match="nobody has answered"):
        released(make_project().project, kept)


def test_floor_is_unknown_where_no_statement_names_one(kept: Path) -> None:
    """Paid by the piece, nobody of them with a minute of measured time."""
    made = make_project(tasks=2, workers=6, overlap=6, piece_micro=100_000)
    for number, worker in enumerate(made.workers):
        assert worker.person is not None
        agree(worker.person, Status.EMPLOYEE)
        answer_next(worker, now_ms=moment(FIRST) + number * 60_000)
    policy()
    close_period(period().pk, make_person(), to_ms(AFTER))

    told = figures(released(made.project, kept))

    for name in ("floor", "floor_basis", "floor_respected"):
        assert told[name] == {"unknown": NO_FLOOR}


def test_readme_answers_what_is_asked_of_data_laborer_practices(kept: Path) -> None:
    made = paid(22)
    folder = released(made.project, kept).folder

    readme = (folder / "README.md").read_text()

    section = readme.partition("## Data laborer practices")[2].partition("\n## ")[0]
    assert "**How are they compensated?** median " in section
    assert "CAD an hour" in section
    assert "floor respected: yes" in section
    assert "a quarter of them or more** CA (as they said)" in section
    assert "only a named human rejects" in section
    assert "Foundation Model Transparency Index, December 2025" in section


def test_name_somebody_chose_stands_in_readme_and_citation_alone(kept: Path) -> None:
    made = paid(6)
    set_credit(made.workers[0], "Ada Lovelace", NOW_MS)
    set_credit(made.workers[1], "Nobody", NOW_MS)
    set_credit(made.workers[1], "", NOW_MS)

    folder = released(made.project, kept).folder

    held = {
        one.relative_to(folder).as_posix()
        for one in folder.rglob("*")
        if one.is_file() and b"Lovelace" in one.read_bytes()
    }
    assert held == {"README.md", "CITATION.cff"}
    assert "Nobody" not in (folder / "README.md").read_text()
    assert '- name: "Ada Lovelace"' in (folder / "CITATION.cff").read_text()
    assert "Lovelace" not in "".join(all_opened())
    assert "Lovelace" not in Card.objects.get().content


def test_name_that_is_withdrawn_is_in_no_later_release(kept: Path) -> None:
    made = paid(6)
    set_credit(made.workers[0], "Ada Lovelace", NOW_MS)
    first = released(made.project, kept).folder

    set_credit(made.workers[0], " ", NOW_MS)

    second = released(made.project, kept, "second").folder
    assert "Lovelace" in (first / "README.md").read_text()
    for name in ("README.md", "CITATION.cff"):
        assert "Lovelace" not in (second / name).read_text()


def test_simulated_people_are_credited_nowhere(kept: Path) -> None:
    made = paid(6)
    worker = made.workers[0]
    set_credit(worker, "Ada Lovelace", NOW_MS)
    assert worker.person is not None
    Person.objects.filter(pk=worker.person.pk).update(is_simulated=True)

    with pytest.raises(Forbidden):
        set_credit(Worker.objects.get(pk=worker.pk), "Ada Again", NOW_MS)

    folder = released(made.project, kept).folder
    assert "Lovelace" not in (folder / "README.md").read_text()


# few people


def test_before_a_period_is_closed_pay_is_unknown(kept: Path) -> None:
    told = figures(released(worked(22).project, kept))

    assert told["pay_people_p50"] == {"unknown": NOT_PAID}
    assert told["floor_respected"] == {"unknown": NOT_PAID}


def test_pay_of_few_people_is_not_shown(kept: Path) -> None:
    made = released(paid(7).project, kept)

    told = figures(made)
    assert json.loads((made.folder / ROWS).read_bytes())["pay"] == []
    assert "unknown" in told["pay_people_p50"]
    assert told["floor_respected"] == {"value": "yes", "unit": "yes or no", "grade": "ASSERTED"}
    assert told["people"]["grade"] == "ASSERTED"


def test_single_people_are_shown_by_nothing(kept: Path) -> None:
    told = figures(released(paid(3).project, kept))

    for name, field in FIELDS.items():
        if field.least_people > 1:
            assert "unknown" in told[name], name


@pytest.mark.slow
def test_second_card_that_would_show_who_joined_says_less(kept: Path) -> None:
    work = paid(22)
    released(work.project, kept)
    joined = make_worker(work.project)
    later_ms = int((NOW + timedelta(hours=1)).timestamp() * 1000)
    answer_next(joined, now_ms=later_ms)

    told = figures(released(work.project, kept, "second"))

    assert told["people"] == {"unknown": JOINED}
    assert told["pay_people_p50"] == {"unknown": JOINED}
    assert told["answers"]["value"] == 23


def test_second_card_after_many_joined_says_all_again(kept: Path) -> None:
    work = paid(22)
    released(work.project, kept)
    later_ms = int((NOW + timedelta(hours=1)).timestamp() * 1000)
    for _ in range(5):
        answer_next(make_worker(work.project), now_ms=later_ms)

    told = figures(released(work.project, kept, "second"))

    assert told["people"]["value"] == 27
    assert told["people"]["grade"] == "ASSERTED"


# simulated


@pytest.mark.slow
def test_where_anybody_is_simulated_nobody_is_counted_and_every_figure_says_so(
    kept: Path,
) -> None:
    work = paid(22)
    make_person(is_simulated=True)

    made = released(work.project, kept)

    told = figures(made)
    assert told["people"]["value"] == 0
    assert all(one["simulated"] for one in told.values() if "value" in one)
    assert verified(made).is_simulated
    assert "simulé" in (made.folder / "README.md").read_text()
    assert json.loads((made.folder / "croissant.json").read_bytes())["canut:simulated"] is True


@pytest.mark.parametrize("is_show", [True, False], ids=["simulated", "of people"])
def test_each_file_of_a_bundle_says_whether_people_are_simulated(
    kept: Path, *, is_show: bool
) -> None:
    work, said = paid(6), str(is_show).lower()
    if is_show:
        make_person(is_simulated=True)

    folder = released(work.project, kept).folder

    described = json.loads((folder / "croissant.json").read_bytes())
    for name in ("labels", "answers"):
        with (folder / f"data/{name}.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert rows
        assert {row["simulated"] for row in rows} == {said}
        lines = (folder / f"data/{name}.jsonl").read_text().splitlines()
        assert {json.loads(line)["simulated"] for line in lines} == {is_show}
        table = pyarrow.parquet.read_table(folder / f"data/{name}.parquet")
        assert set(table["simulated"].to_pylist()) == {is_show}
        assert table.schema.metadata[b"simulated"] == said.encode()
        assert table.schema.field("simulated").metadata[b"simulated"] == said.encode()
        (told,) = (one for one in described["recordSet"] if one["name"] == name)
        (field,) = (one for one in told["field"] if one["name"] == "simulated")
        assert field["dataType"] == "sc:Boolean"
    assert described["canut:simulated"] is is_show
    for text in (described["description"], (folder / "README.md").read_text()):
        assert ("Simulated (simulé): nobody of this exists." in text) is is_show
    assert ("Simulated (simulé)" in (folder / "CITATION.cff").read_text()) is is_show
    rows_told = json.loads((folder / "rows.json").read_bytes())
    assert rows_told["simulated"] is is_show


def test_column_of_the_data_named_like_ours_keeps_its_cells(kept: Path) -> None:
    work = worked(2)
    Task.objects.filter(project=work.project).update(data='{"simulated":"a river"}')
    Import.objects.filter(project=work.project).update(reading={"columns": ["simulated"]})

    folder = released(work.project, kept).folder

    with (folder / "data/labels.csv").open(newline="") as file:
        (row, *_) = csv.DictReader(file)
    assert (row["data.simulated"], row["simulated"]) == ("a river", "false")


def test_few_real_people_are_shown_by_nothing_beside_simulated_ones(kept: Path) -> None:
    work = paid(3)
    make_person(is_simulated=True)

    told = figures(released(work.project, kept))

    assert told["people"]["value"] == 0
    assert told["places"] == {"unknown": SHOW}
    for name in ("active_time", "top_ups", "top_ups_sum", "contributions", "exposure"):
        assert told[name]["unknown"].startswith("shown from"), name


CAPTCHAS = MaterialPart(
    Gesture.CAPTCHA_IMAGE,
    count=1_000_000,
    seconds_ms=(1_850, 10_300),
    seconds_source="arXiv 2311.10911",
    consent=Consent.NONE,
    payment=MakerPay.NO,
)


def test_card_says_where_the_material_comes_from_as_the_log_holds_it(kept: Path) -> None:
    source, work = worked(2).project, worked(3)
    owner = make_person()
    of_source = released(source, kept, "source")
    named = DatasetSource(Relation.MADE_OF, "Avis", project=source.slug)
    for parts in ([MaterialPart(Gesture.COMMENT)], [CAPTCHAS]):
        describe_material(work.project, parts, [named], by=owner, now_ms=NOW_MS)

    made = released(work.project, kept)

    told = figures(made)
    material, sources = told["material"]["value"], told["sources"]["value"]
    assert (material["version"], material["parts"][0]["hours_tenths"]) == (2, [5_139, 28_611])
    assert material["withdrawn"] == 0
    assert sources[0]["card"] == of_source.card.sha256
    lines = [line.text for line in verified(made).lines if line.kind == "material"]
    assert lines == ["the origin of the material, version 2, is the last one in the project's log"]
    described = json.loads((made.folder / "croissant.json").read_bytes())
    assert "513.9 – 2,861.1 h" in described["rai:dataCollection"]
    readme = (made.folder / "README.md").read_text()
    assert "| Origin of the material | version 2; CAPTCHAs with pictures" in readme


def test_card_of_material_nobody_described_says_so(kept: Path) -> None:
    made = released(worked(2).project, kept)

    told = figures(made)
    assert told["material"] == told["sources"] == {"unknown": "not declared"}
    assert not [line for line in verified(made).lines if line.kind == "material"]


def test_card_holds_the_declaration_of_its_log_and_no_later_one(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A declaration that comes while a bundle is written waits for the next card."""
    work = worked(2)
    owner = make_person()
    describe_material(work.project, [CAPTCHAS], by=owner, now_ms=NOW_MS)

    def interrupted(project: int) -> Sequence[str]:
        later = [MaterialPart(Gesture.COMMENT)]
        describe_material(work.project, later, by=owner, now_ms=NOW_MS + 1)
        return names_of(project)

    monkeypatch.setattr(bundles, "names_of", interrupted)
    made = released(work.project, kept)

    assert material_of(work.project.pk).number == 2
    assert figures(made)["material"]["value"]["version"] == 1
    assert verified(made).dataset == work.project.slug
