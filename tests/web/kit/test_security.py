import os
import subprocess
import sys

import pytest
from django.test import Client

from canut.actions.people.accounts import add_operator
from canut.store.models import Remembered
from tests.support.factories import NOW_MS

PASSWORD = "une navette rapide"


def setting(name: str, **environment: str) -> str:
    code = f"from canut import settings; print(settings.{name})"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.django_db
def test_guessing_a_password_is_slowed_down() -> None:
    add_operator("ines", PASSWORD, "Labo", NOW_MS)
    client = Client()
    answers = [
        client.post("/accounts/login/", {"login": "ines", "password": f"non-{n}"}) for n in range(7)
    ]

    right = client.post("/accounts/login/", {"login": "ines", "password": PASSWORD})

    assert answers[0].status_code == 200
    assert right.status_code != 302


@pytest.mark.django_db
def test_guesses_are_counted_where_every_server_reads_them() -> None:
    Client().post("/accounts/login/", {"login": "ines", "password": "non"})

    assert Remembered.objects.exists()


@pytest.mark.django_db
def test_right_password_signs_in() -> None:
    add_operator("ines", PASSWORD, "Labo", NOW_MS)

    answer = Client().post("/accounts/login/", {"login": "ines", "password": PASSWORD})

    assert answer.status_code == 302


@pytest.mark.django_db
def test_nobody_signs_up_from_an_open_form() -> None:
    answer = Client().post("/accounts/signup/", {"username": "x", "password1": PASSWORD})

    assert b"csrfmiddlewaretoken" not in answer.content or answer.status_code != 302
    assert "_auth_user_id" not in answer.client.session


@pytest.mark.parametrize(
    ("name", "on_https", "on_loopback"),
    [
        ("SESSION_COOKIE_SECURE", "True", "False"),
        ("CSRF_COOKIE_SECURE", "True", "False"),
        ("SECURE_HSTS_SECONDS", "31536000", "0"),
        ("MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", "False", "True"),
    ],
)
def test_address_decides_what_is_secure(name: str, on_https: str, on_loopback: str) -> None:
    assert setting(name, CANUT_URL="https://canut.example") == on_https
    assert setting(name, CANUT_URL="http://127.0.0.1:8000") == on_loopback


def test_database_url_of_another_kind_is_refused_in_words() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import canut.settings"],
        env=os.environ | {"DATABASE_URL": "mysql://localhost/canut"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode
    assert "expected postgresql://" in done.stderr


def test_secret_of_the_environment_wins() -> None:
    assert setting("SECRET_KEY", CANUT_SECRET_KEY="x" * 50) == "x" * 50


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("console:", "console.EmailBackend"),
        ("file:///var/mail/canut", "'file_path': '/var/mail/canut'"),
        ("smtp://mail.example?from=atelier%40example.org", "'port': 587"),
    ],
    ids=["console", "file", "smtp"],
)
def test_other_ways_of_mail_become_mailers(url: str, said: str) -> None:
    assert said in setting("MAILERS", EMAIL_URL=url)


def test_mail_is_from_the_address_that_was_given() -> None:
    given = "smtp://mail.example?from=atelier%40example.org"

    assert setting("DEFAULT_FROM_EMAIL", EMAIL_URL=given) == "atelier@example.org"


def test_mail_address_becomes_a_mailer() -> None:
    said = setting("MAILERS", EMAIL_URL="smtps://a%40b:c@mail.example:465")

    assert "'username': 'a@b'" in said
    assert "'use_ssl': True" in said
