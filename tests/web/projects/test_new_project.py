import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import Settings

from canut.actions.projects.price_proposals import basis_of
from canut.store.models import Import, Project, RateVersion, Task, TaskState
from tests.support.factories import NOW_MS
from tests.support.instance import House
from tests.support.paid_work import fund

FR = {"accept-language": "fr"}
FRENCH = (
    'id;avis;note\r\n0007;"Très bon,\r\nmerci";=1+1\r\n0008;Moyen;3\r\n0009;court\r\n'
    "0008;Moyen;3\r\n0010;Bof;2\r\n"
).encode("cp1252")
AIMS = {
    "business": "Trier les avis.",
    "social": "Maison Bréval.",
    "ethical": "Rien de connu.",
    "whose": "Clientes et clients",
    "consent": "inconnu",
    "paid": "non",
}
CALM = {"hard": "none", "modality": "text", "column": ""}


def upload(client: Client, content: bytes, name: str = "avis.csv") -> Project:
    given = {"title": "Avis sur des bouilloires", "files": SimpleUploadedFile(name, content)}
    answer = client.post("/projects/new", given | organisation_of(client))
    assert answer.status_code == 302, answer.content.decode()
    return Project.objects.latest("id")


def organisation_of(client: Client) -> dict[str, str]:
    form = client.get("/projects/new").context["form"]
    return {"organisation": form.fields["organisation"].choices[0][0]}


def send(client: Client, project: Project, step: str, **given: object) -> tuple[int, str]:
    answer = client.post(
        reverse(f"project_setup_{step}", args=[project.slug]), given, headers=FR, follow=True
    )
    return answer.status_code, answer.content.decode()


def setup(client: Client, project: Project) -> str:
    return client.get(reverse("project_setup", args=[project.slug]), headers=FR).content.decode()


@pytest.mark.parametrize(("own_staff", "state"), [("yes", "open"), ("no", "pilot")])
def test_file_leads_to_an_open_project_or_its_pilot_step_by_step(
    house: House, own_staff: str, state: str
) -> None:
    client = house.client("requester")
    project = upload(client, FRENCH)

    send(client, project, "columns", judged="avis", id_column="id")
    send(client, project, "rows", keep="good")
    send(client, project, "question", ask="Positif ?", choices=["oui", "non", ""])
    send(client, project, "told", **AIMS, **CALM)
    chain = {"chain-client": "Maison Bréval", "chain-country": "ca"}
    pay = {"overlap": 2, "own_staff": own_staff, "price": "0,21", "currency": "CAD"} | chain
    send(client, project, "price", go="keep", **pay)
    if own_staff == "no":
        fund(project)
    _status, page = send(client, project, "price", **pay)

    project.refresh_from_db()
    tasks = Task.objects.filter(project=project, row__gt=0).order_by("row")
    assert "Copier le lien" in page, re.findall(
        r'class="(?:msg|note) err.*?</div>', page, re.DOTALL
    )
    assert (project.state, project.overlap) == (state, 2)
    assert ("tâches au plus dans l’essai" in page) is (state == "pilot")
    assert ("n’est pas payé ici" in page) is (state == "open")
    assert [task.key for task in tasks] == ["0007", "0008", "0010"]
    piece = RateVersion.objects.get(project=project).piece_micro
    assert piece == (0 if own_staff == "yes" else 210_000)
    assert TaskState.objects.filter(task__in=tasks, overlap=2).count() == 3


def test_preview_shows_the_file_as_it_is_written(house: House) -> None:
    client = house.client("requester")

    page = setup(client, upload(client, FRENCH))

    for words in ("0007", "Très bon", "séparateur «\xa0;\xa0»", "cp1252", "=1+1"):
        assert words in page


def test_rows_that_cannot_be_used_are_said_with_line_column_and_reason(house: House) -> None:
    client = house.client("requester")
    project = upload(client, FRENCH)

    _status, page = send(client, project, "columns", judged="avis", id_column="id")
    rows = client.get(reverse("project_setup_problems", args=[project.slug]), headers=FR)

    assert "2 lignes écartées" in page
    assert "Ligne 4, colonne «\xa0note\xa0»" in page
    assert "La même ligne qu’à la ligne 3" in page
    assert rows.content.decode("utf-8-sig").count("\n") == 3
    assert rows["Content-Disposition"].startswith("attachment")


def test_keeping_nothing_leaves_nothing(house: House) -> None:
    client = house.client("requester")
    project = upload(client, FRENCH)
    send(client, project, "columns", judged="avis", id_column="id")

    send(client, project, "rows", keep="nothing")

    assert not Task.objects.filter(project=project).exists()
    assert Import.objects.get(project=project).state == "discarded"
    assert "Choisir un fichier" in setup(client, project)


def test_good_rows_are_kept_at_once_and_the_others_say_why(house: House) -> None:
    client = house.client("requester")
    project = upload(client, FRENCH)

    page = setup(client, project)

    source = Import.objects.get(project=project)
    assert (source.rows_good, source.rows_bad, source.reading["keep"]) == (3, 2, "good")
    assert source.reading["chosen"] == source.reading["chosen"] | {
        "judged": "avis",
        "id_column": "id",
    }
    assert "2 lignes écartées, voir pourquoi" in page


@pytest.mark.parametrize(
    ("step", "given", "kept", "words"),
    [
        ("question", {"ask": "Positif ?", "choices": ["oui"]}, "Positif ?", "De 2 à 36"),
        ("question", {"ask": "", "choices": ["oui", "non"]}, "oui", "Écrivez quelque chose"),
        ("question", {"ask": "P ?", "choices": ["oui", "oui"]}, "oui", "une seule fois"),
        ("told", AIMS | {"ethical": ""}, "Maison Bréval.", "rien de connu"),
        ("told", AIMS | {"whose": ""}, "Trier les avis.", "c’est permis"),
        (
            "price",
            {"go": "keep", "overlap": 3, "own_staff": "no", "currency": "CAD"},
            "3",
            "Écrivez un montant",
        ),
        (
            "price",
            {"go": "keep", "overlap": 3, "own_staff": "no", "price": "-1", "currency": "CAD"},
            "-1",
            "supérieur à 0",
        ),
        (
            "price",
            {"go": "keep", "overlap": 3, "own_staff": "no", "price": "99999", "currency": "CAD"},
            "99999",
            "prix d’une réponse",
        ),
    ],
)
def test_error_sits_by_its_field_and_nothing_typed_is_lost(
    house: House, step: str, given: dict[str, object], kept: str, words: str
) -> None:
    status, page = send(house.client("requester"), house.draft, step, **given)

    assert status == 422
    assert words in page
    assert kept in page


def test_columns_that_cannot_be_are_refused(house: House) -> None:
    client, draft = house.client("requester"), house.draft

    none = send(client, draft, "columns", id_column="id")
    both = send(client, draft, "columns", judged="text", known_column="text")

    assert none[0] == both[0] == 422
    assert "ne peut pas contenir aussi" in both[1]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("vide.csv", b"", "vide"),
        ("photo.exe", bytes(range(256)) * 40, "pas du texte"),
    ],
)
def test_file_that_cannot_be_read_says_so_and_keeps_the_title(
    house: House, name: str, content: bytes, words: str
) -> None:
    client = house.client("requester")
    before = Project.objects.count()
    given = {"title": "Gardé", "files": SimpleUploadedFile(name, content)}

    answer = client.post("/projects/new", given | organisation_of(client), headers=FR)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert 'value="Gardé"' in answer.content.decode()
    assert Project.objects.count() == before


def test_new_project_without_a_file_says_so(house: House) -> None:
    client = house.client("requester")

    answer = client.post("/projects/new", {"title": "x"} | organisation_of(client), headers=FR)

    assert answer.status_code == 422
    assert "Choisissez un fichier" in answer.content.decode()


def test_upload_over_the_limit_is_refused_with_the_number(house: House, settings: Settings) -> None:
    client = house.client("requester")
    given = organisation_of(client) | {"title": "x", "files": SimpleUploadedFile("a.csv", FRENCH)}
    settings.UPLOAD_LIMIT_BYTES = 100

    answer = client.post("/projects/new", given, headers=FR)

    assert answer.status_code == 422
    assert "100 octets" in answer.content.decode().replace("\xa0", " ")


def test_several_pictures_are_as_many_tasks(house: House) -> None:
    client = house.client("requester")
    files = []
    for shade in (10, 90):
        out = io.BytesIO()
        Image.new("L", (8, 8), shade).save(out, "PNG")
        files.append(SimpleUploadedFile("chiffre.png", out.getvalue()))
    client.post("/projects/new", {"title": "C", "files": files} | organisation_of(client))
    project = Project.objects.latest("id")

    send(client, project, "columns", judged="image")
    send(client, project, "question", ask="Quel chiffre ?", choices=["1", "7"])

    assert Task.objects.filter(project=project).count() == 2
    assert project.questions.get().schema["show"] == [{"column": "image", "as": "image"}]
    assert project.imports.get().name.endswith("chiffre.png + 1")


def test_zip_of_pictures_is_read_as_pictures(house: House) -> None:
    client, out, kept = house.client("requester"), io.BytesIO(), io.BytesIO()
    Image.new("L", (8, 8), 10).save(out, "PNG")
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("a/un.png", out.getvalue())

    project = upload(client, kept.getvalue(), "images.zip")
    send(client, project, "columns", judged="image")

    assert Task.objects.filter(project=project).count() == 1


@pytest.mark.parametrize("typed", ["0,05", "0.05", "0,05\u00a0$", " 0.050 "])
@pytest.mark.parametrize(("language", "shown"), [("fr", "0,05"), ("en", "0.05")])
def test_price_is_read_either_way_and_shown_as_the_language_writes_it(
    house: House, language: str, shown: str, typed: str
) -> None:
    client = house.client("requester")
    send(client, house.draft, "price", go="keep", overlap=1, price=typed, currency="CAD")

    path = reverse("project_setup", args=[house.draft.slug])
    page = client.get(path, headers={"accept-language": language}).content.decode()

    assert RateVersion.objects.get(project=house.draft).piece_micro == 50_000
    assert f'name="price" value="{shown}"' in page


@pytest.mark.parametrize("typed", ["nan", "infinity", "1,000.50", "0.0000001", "0", "cher"])
def test_price_that_is_none_is_refused_in_words(house: House, typed: str) -> None:
    status, page = send(
        house.client("requester"),
        house.draft,
        "price",
        go="keep",
        overlap=1,
        price=typed,
        currency="CAD",
    )

    assert status == 422
    assert "Écrivez un montant" in page


def test_own_staff_is_asked_no_price(house: House) -> None:
    send(
        house.client("requester"),
        house.draft,
        "price",
        go="keep",
        overlap=1,
        who="own",
        currency="CAD",
    )

    house.draft.refresh_from_db()
    assert house.draft.is_own_staff
    assert RateVersion.objects.get(project=house.draft).piece_micro == 0


def test_another_file_takes_the_place_of_the_first(house: House) -> None:
    client = house.client("requester")
    project = upload(client, FRENCH)

    send(client, project, "file", files=SimpleUploadedFile("b.csv", b"a,b\n1,2\n"))

    states = list(Import.objects.filter(project=project).values_list("state", flat=True))
    assert sorted(states) == ["discarded", "ready"]


def test_open_project_keeps_its_file(house: House) -> None:
    path = reverse("project_setup_file", args=[house.project.slug])

    answer = house.client("requester").post(path, {"files": SimpleUploadedFile("b.csv", FRENCH)})

    assert answer.status_code == 409


def test_wrong_form_of_an_open_project_is_refused_though_its_file_is_gone(house: House) -> None:
    status, _page = send(house.client("requester"), house.project, "price", overlap="")

    assert status == 409


def test_setup_of_an_open_project_leads_to_its_results(house: House) -> None:
    answer = house.client("requester").get(reverse("project_setup", args=[house.project.slug]))

    assert answer["Location"] == reverse("project", args=[house.project.slug])


def test_large_file_is_read_by_a_job_and_its_progress_is_shown(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = house.client("requester")
    monkeypatch.setattr("canut.actions.imports.lifecycle.SMALL_BYTES", 0)
    project = upload(client, FRENCH)

    page = setup(client, project)
    part = client.get(reverse("project_setup_reading", args=[project.slug]), headers=FR)

    assert Import.objects.get(project=project).state == "reading"
    assert 'data-live="' in page
    assert "<code>canut work</code>" in page  # nobody runs jobs here
    assert "Lecture\xa0: 0 octets sur" in part.content.decode().replace("\xa0octets", " octets")


def test_reading_that_is_done_leads_back_to_the_steps(house: House) -> None:
    answer = house.client("requester").get(
        reverse("project_setup_reading", args=[house.draft.slug])
    )

    assert answer["Location"] == reverse("project_setup", args=[house.draft.slug])


def test_requester_may_answer_in_their_own_project(house: House) -> None:
    client = house.client("requester")

    answer = client.post(reverse("project_answer", args=[house.project.slug]))

    assert answer["Location"] == f"/work/{house.project.slug}/"
    assert client.get(answer["Location"]).status_code == 200


@pytest.mark.django_db
def test_stranger_cannot_fill_the_disk(client: Client, settings: Settings) -> None:
    settings.UPLOAD_LIMIT_BYTES = 2**31
    sent = {"login": "x", "files": SimpleUploadedFile("a.bin", b"x" * (2**20 + 2**16))}

    answer = client.post("/accounts/login/", sent, headers=FR)

    assert answer.status_code == 413
    assert "Ce fichier est trop gros" in answer.content.decode()


def test_upload_far_over_the_limit_is_not_read_at_all(house: House, settings: Settings) -> None:
    client = house.client("requester")
    given = organisation_of(client) | {"title": "x"}
    settings.UPLOAD_LIMIT_BYTES = 1000
    big = SimpleUploadedFile("a.csv", b"x" * (2**20 + 2**16))

    answer = client.post("/projects/new", given | {"files": big}, headers=FR)

    assert answer.status_code == 413


def test_pilot_waits_for_every_step_and_opens_the_one_that_is_missing(house: House) -> None:
    pay = {"overlap": 1, "price": "0,21", "currency": "CAD"}

    status, page = send(house.client("requester"), house.draft, "price", **pay)

    assert status == 422
    assert 'name="at" value="told"' in page
    assert not TaskState.objects.filter(project=house.draft).exists()


def test_pasted_table_becomes_the_file_of_a_project(house: House) -> None:
    client = house.client("requester")
    pasted = "id\tavis\r\n1\tTrès bon accueil\r\n2\tMoyen\r\n"

    client.post("/projects/new", {"pasted": pasted} | organisation_of(client), headers=FR)

    project = Project.objects.latest("id")
    assert project.title == "Tableau collé"
    assert Import.objects.get(project=project).rows_good == 2


def test_name_comes_from_the_file_and_a_missing_one_loses_nothing(house: House) -> None:
    client = house.client("requester")
    given = {"files": SimpleUploadedFile("avis_clients-mai.csv", FRENCH)}

    answer = client.post("/projects/new", given | organisation_of(client), headers=FR)

    assert answer.status_code == 302
    assert Project.objects.latest("id").title == "Avis clients mai"


def test_rows_are_numbered_as_a_spreadsheet_numbers_them(house: House) -> None:
    client = house.client("requester")
    page = setup(client, upload(client, FRENCH))

    assert "Ligne 4, colonne «\xa0note\xa0»" in page  # one cell above holds a line break
    assert "La même ligne qu’à la ligne 3" in page


def test_operator_opens_the_pilot_with_the_money_in_one_press(house: House) -> None:
    client = house.client("operator")
    project = house.draft
    told = AIMS | CALM
    pay = {"overlap": 1, "price": "0,21", "currency": "CAD"}
    chain = {"chain-client": "Maison", "chain-country": "CA"}
    send(client, project, "told", **told)

    status, page = send(client, project, "price", deposit="1", **pay, **chain)

    project.refresh_from_db()
    assert (status, project.state) == (200, "pilot")
    assert "Lien pour 5 personnes" in page
    assert '<svg viewBox="0 0' in page
    assert "/join/" in page


def test_own_staff_sees_no_price_and_no_money(house: House) -> None:
    client = house.client("requester")
    send(client, house.draft, "told", **AIMS, **CALM)

    send(client, house.draft, "price", go="keep", overlap=1, who="own", currency="CAD")
    page = client.get(
        reverse("project_setup", args=[house.draft.slug]) + "?step=price", headers=FR
    ).content.decode()

    assert "ni prix, ni argent, ni paie" in page
    assert "Réserve pour compléments" not in page


def test_three_prices_come_from_the_place(house: House) -> None:
    client = house.client("requester")
    house.organisation.country = "FR"
    house.organisation.save(update_fields=["country"])

    page = client.get(
        reverse("project_setup", args=[house.draft.slug]) + "?step=price", headers=FR
    ).content.decode()

    assert "12,31\xa0€, le minimum" in page
    assert "15,00\xa0€" in page
    assert '<option value="EUR" selected>' in page


def set_country(house: House, country: str) -> None:
    """Let the client of the draft be in a country."""
    house.organisation.country = country
    house.organisation.save(update_fields=["country"])


def price_page(house: House) -> str:
    address = reverse("project_setup", args=[house.draft.slug]) + "?step=price"
    return house.client("requester").get(address, headers=FR).content.decode()


def test_country_that_leaves_its_minimum_to_provinces_proposes_by_one_and_opens(
    house: House,
) -> None:
    set_country(house, "CA")
    client = house.client("operator")
    send(client, house.draft, "told", **AIMS, **CALM)

    page = price_page(house)
    aim = re.search(r'name="aim" value="([0-9.]+)"[^>]*checked', page)
    assert aim
    form = {"overlap": 1, "pays": "piece", "seconds": "10", "currency": "CAD", "aim": aim[1]}
    chain = {"chain-client": "Maison", "chain-country": "CA"}
    status, opened = send(client, house.draft, "price", deposit="1", **form, **chain)

    house.draft.refresh_from_db()
    assert "le minimum" in page
    assert "D’après le salaire minimum\xa0: Québec (CA-QC)" in page
    assert (status, house.draft.state) == (200, "pilot"), opened
    assert f"<title>Inviter, {house.draft.title}" in opened
    assert "garder le brouillon" not in opened
    assert f'href="{reverse("project", args=[house.draft.slug])}">Fermer<' in opened
    hourly = RateVersion.objects.get(project=house.draft).hourly_micro
    assert hourly > 16_600_000


@pytest.mark.parametrize(
    ("place", "basis"), [("CA", "CA-QC"), ("FR", "FR"), ("US", "US"), ("PH", "PH-00"), ("DE", "")]
)
@pytest.mark.django_db
def test_price_is_proposed_by_the_law_of_a_place_or_of_one_within_it(
    place: str, basis: str
) -> None:
    assert basis_of(place, NOW_MS) == basis


def test_price_that_is_missing_is_asked_where_one_sees_it_and_nothing_is_lost(
    house: House,
) -> None:
    set_country(house, "DE")
    client = house.client("requester")
    send(client, house.draft, "told", **AIMS, **CALM)
    chain = {"chain-client": "Maison Bréval", "chain-country": "DE"}

    page = price_page(house)
    status, again = send(
        client, house.draft, "price", aim="other", hourly="", overlap=4, currency="EUR", **chain
    )

    assert "Aucun salaire minimum n’est connu pour ce lieu" in page
    assert status == 422
    field = again[again.index('name="hourly"') :][:600]
    assert "Écrivez le prix d’une heure." in field
    assert 'value="4"' in again
