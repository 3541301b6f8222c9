"""Pages of deposits: operators bring and decide, accepted ones are public and in the Portrait."""

import io
import json
import re
import zipfile
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from canut.actions.portrait.deposits import accept_deposit, bring_deposit, withdraw_deposit
from canut.core.portrait.deposits.descriptor import DESCRIPTOR, TABLE
from canut.core.portrait.deposits.package import read_deposit
from canut.store.models import Deposit, PortraitRelease
from tests.core.portrait.deposits.test_compared import TWO
from tests.support import deposits
from tests.support.deposits import TODAY, row, statcan, write_package
from tests.support.factories import NOW_MS
from tests.support.instance import House
from tests.web.portrait.test_pages import released

pytestmark = pytest.mark.django_db
LIST = "/portrait/deposit/"


def page(client: Client, address: str = LIST, language: str = "en") -> str:
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == 200, answer.content[:300]
    return unescape(answer.content.decode())


def deposited(folder: Path, *, accepted: bool = True) -> Deposit:
    """Bring a package, and accept it."""
    made = bring_deposit([folder], None, NOW_MS)
    return accept_deposit(made.pk, None, NOW_MS) if accepted else made


def sent(client: Client, folder: Path, **fields: Any) -> Any:
    """Send the files of a package with the form."""
    files = [SimpleUploadedFile(path.name, path.read_bytes()) for path in folder.iterdir()]
    return client.post(f"{LIST}bring", {"files": files} | fields, headers={"accept-language": "en"})


@pytest.fixture
def operator(house: House) -> Client:
    """Return a browser of the operator."""
    return house.client("operator")


def test_operator_brings_reads_and_accepts_a_package(
    operator: Client, client: Client, tmp_path: Path
) -> None:
    answer = sent(operator, write_package(tmp_path / "p"))
    made = Deposit.objects.get()
    address = f"{LIST}{made.pk}/"
    assert (answer.status_code, answer["Location"]) == (302, address)
    assert client.get(address).status_code == 404
    assert "Accept this deposit" in page(operator, address)
    assert "Microwork in Québec" in page(operator)
    assert "Microwork in Québec" not in page(client)

    assert operator.post(f"{address}decide", {"what": "accept"}).status_code == 302

    made.refresh_from_db()
    assert made.state == Deposit.State.IN
    assert "Microwork in Québec" in page(client)
    public = page(client, address)
    assert "4,200" in public
    assert "Grade C" in public
    assert "Accept this deposit" not in public


def test_package_that_is_refused_says_where(operator: Client, tmp_path: Path) -> None:
    answer = sent(operator, write_package(tmp_path / "p", [row(), row("woman", n="12")]))

    assert answer.status_code == 422
    assert "Line 3 of observations.csv rests on 12" in unescape(answer.content.decode())
    assert not Deposit.objects.exists()


@pytest.mark.parametrize("name", ["../x.csv", "é.csv", ".hidden", "a b.csv"])
def test_file_with_a_name_that_leads_elsewhere_is_refused(operator: Client, name: str) -> None:
    upload = SimpleUploadedFile("x.csv", b"a")
    upload.name = name

    assert operator.post(f"{LIST}bring", {"files": [upload]}).status_code == 422
    assert operator.post(f"{LIST}bring", {}).status_code == 422


def test_stranger_and_requester_bring_and_decide_nothing(client: Client, tmp_path: Path) -> None:
    made = deposited(write_package(tmp_path / "p"), accepted=False)

    assert sent(client, write_package(tmp_path / "p")).status_code in {302, 403}
    assert client.post(f"{LIST}{made.pk}/decide", {"what": "accept"}).status_code in {302, 403}
    made.refresh_from_db()
    assert made.state == Deposit.State.WAITING


def test_withdrawal_needs_a_reason_and_leaves_a_notice(
    operator: Client, client: Client, tmp_path: Path
) -> None:
    made = deposited(write_package(tmp_path / "p"))
    decide = f"{LIST}{made.pk}/decide"

    assert operator.post(decide, {"what": "withdraw"}).status_code == 422
    operator.post(decide, {"what": "withdraw", "reason": "Wrong weights"})

    public = page(client, f"{LIST}{made.pk}/")
    assert "Wrong weights" in public
    assert "4,200" in public
    assert "Wrong weights" not in page(client, "/portrait/")


def test_package_that_is_downloaded_enters_elsewhere(client: Client, tmp_path: Path) -> None:
    for number, folder in enumerate(
        (write_package(tmp_path / "a"), statcan(tmp_path / "b"), deposits.survey(tmp_path / "c"))
    ):
        made = deposited(folder)
        content = client.get(f"{LIST}{made.pk}/package.zip").content
        path = tmp_path / f"{number}.zip"
        path.write_bytes(content)

        again = read_deposit([path], TODAY)

        assert made.grade in {again.grade.value, "A"}  # a flag that was blank is not in the table
        assert len(again.observations) == made.observations.count()
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert set(archive.namelist()) == {DESCRIPTOR, TABLE}
            assert "adapter" not in json.loads(archive.read(DESCRIPTOR))["canut"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_portrait_shows_what_others_counted_with_concept_period_and_grade(
    client: Client, tmp_path: Path, language: str
) -> None:
    assert ("personne" if language == "fr" else "nobody") in page(
        client, "/portrait/", language
    ).lower()
    deposited(write_package(tmp_path / "a"))
    deposited(statcan(tmp_path / "b"))

    section = _section(page(client, "/portrait/", language))

    for words in (
        ("microtravail, CA-QC, 2025", "note C", "note A", "échantillon")
        if language == "fr"
        else ("microwork, CA-QC, 2025", "grade C", "grade A", "sample")
    ):
        assert words in section
    assert "polyline" not in section
    assert not re.search(r'class="ln', section)


def test_figures_that_contest_each_other_are_both_told(client: Client, tmp_path: Path) -> None:
    deposited(write_package(tmp_path / "a"))
    other = write_package(tmp_path / "b", [row(value="9000")], publisher="Autre institut")
    deposited(other)

    section = _section(page(client, "/portrait/"))

    assert "9,000 by Autre institut (grade C); 4,200 by Institut d’essai (grade C)" in section


def test_bounds_say_what_they_rest_on_and_an_unknown_ceiling(
    client: Client, tmp_path: Path
) -> None:
    assert "Unknown: no count found" in _section(page(client, "/portrait/"))
    survey = [
        row(concept="click", value="1500", low="900", high="2100", level="0.95"),
    ]
    deposited(write_package(tmp_path / "a", survey))
    assert "At least 900 people; ceiling unknown" in _section(page(client, "/portrait/"))

    wide = [
        row(concept="platform", place="CA", value="468000", n="9000"),
        share("platform", "CA-QC", "CA", "0.22", "0.20", "0.24"),
        share("click", "CA", "platform", "0.10", "0.05", "0.30"),
    ]
    deposited(write_package(tmp_path / "b", wide, publisher="Office"))

    section = _section(page(client, "/portrait/"))
    assert "Between 900 and 33,696 people" in section
    assert "CA-QC 24% (Office, grade C)" in section
    assert "4,680" in section


def test_compared_lists_are_told_with_theta_never_the_first_end_alone(
    client: Client, tmp_path: Path
) -> None:
    deposited(write_package(tmp_path / "a", compared=TWO))

    section = _section(page(client, "/portrait/"))

    assert "At least 1,000 people; ceiling unknown" in section
    assert (
        "1,000 people if being on one says nothing of the other (θ = 1), 2,200 at θ = 3" in section
    )
    assert "both councils agreed" in section


def share(concept: str, place: str, of: str, value: str, low: str, high: str) -> dict[str, str]:
    """Return a share as a line."""
    return row(
        concept=concept,
        place=place,
        measure="share",
        unit="proportion",
        share_of=of,
        value=value,
        low=low,
        high=high,
        level="0.95",
        n="900",
    )


def test_old_edition_shows_the_withdrawn_deposit_with_a_notice(
    client: Client, tmp_path: Path
) -> None:
    old = released()
    made = deposited(write_package(tmp_path / "p"))
    Deposit.objects.update(accepted_ms=old.made_ms + 1)
    PortraitRelease.objects.create(
        period="2099-Q1",
        edition=1,
        made_ms=old.made_ms + 5,
        is_simulated=False,
        content=old.content,
        sha256="f" * 64,
    )
    withdraw_deposit(made.pk, "Wrong weights", old.made_ms + 9)

    section = _section(page(client, f"/portrait/{old.period}/e{old.edition}/"))

    assert "Wrong weights" in section
    assert "withdrawn" in section
    assert "4,200" in section
    assert "Wrong weights" not in _section(page(client, "/portrait/"))


def test_texts_of_a_depositor_are_never_markup(client: Client, tmp_path: Path) -> None:
    attack = '"><script>alert(1)</script>'
    made = deposited(
        write_package(
            tmp_path / "p",
            [row(note_en=attack)],
            publisher=attack,
            title={"en": attack, "fr": attack},
            definitions=attack,
        )
    )

    for address in ("/portrait/", LIST, f"{LIST}{made.pk}/"):
        answer = client.get(address).content.decode()
        assert "<script>alert" not in answer


def _section(text: str) -> str:
    return text.partition('id="others"')[2].partition("</section>")[0]
