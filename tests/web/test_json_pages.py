"""Addresses that scripts of our pages call: every refusal is a problem with a code."""

from typing import Any

import pytest
from django.test import Client

from canut.web.kit.access import Route
from canut.web.urls import PAGES
from tests.support.instance import House
from tests.web.test_access import example, reader_of

JSON_PAGES = [page for page in PAGES if page.json]
NAMES = [page.name for page in JSON_PAGES]
type Answer = Any


def client_of(page: Route, house: House) -> Client:
    """Return a browser of somebody whom the page lets in."""
    roles = {str(role) for role in page.audience.roles}
    return house.client("worker" if "worker" in roles else reader_of(page))


def code_of(answer: Answer) -> str:
    assert answer.headers["Content-Type"] == "application/problem+json"
    return str(answer.json()["code"])


@pytest.mark.parametrize("page", JSON_PAGES, ids=NAMES)
def test_wrong_method_is_a_problem_that_names_the_right_ones(page: Route, shared: House) -> None:
    answer = client_of(page, shared).delete(example(page, shared))

    assert (answer.status_code, code_of(answer)) == (405, "wrong-method")
    assert set(page.methods) <= set(answer.headers["Allow"].split(", "))


@pytest.mark.parametrize("page", JSON_PAGES, ids=NAMES)
def test_form_where_json_is_read_is_refused_in_words(page: Route, shared: House) -> None:
    answer = client_of(page, shared).post(example(page, shared), {"lease": "1"})

    if answer.status_code != 204:  # what a page sends as it is left may be a form
        assert 400 <= answer.status_code < 500
        assert code_of(answer)
