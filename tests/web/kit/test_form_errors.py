"""What a form says of a field that was left empty, in words that fit the field."""

import pytest
from django import forms
from django.http import QueryDict
from django.utils.translation import override

from canut.web.kit.forms import PlainForm

PAIR = [("a", "A"), ("b", "B")]


class EveryField(PlainForm):
    """One field of each kind, all needed."""

    text = forms.CharField()
    radio = forms.ChoiceField(choices=PAIR, widget=forms.RadioSelect)
    several = forms.MultipleChoiceField(choices=PAIR)
    box = forms.BooleanField()
    file = forms.FileField()


@pytest.mark.parametrize(
    ("name", "english", "french"),
    [
        ("text", "Write something here.", "Écrivez quelque chose ici."),
        ("radio", "Choose one.", "Faites un choix."),
        ("several", "Choose at least one.", "Choisissez-en au moins un."),
        ("box", "Tick this box.", "Cochez cette case."),
        ("file", "Choose a file.", "Choisissez un fichier."),
    ],
)
def test_empty_field_says_what_to_do_with_it(name: str, english: str, french: str) -> None:
    form = EveryField(QueryDict())

    messages = []
    for language in ("en", "fr"):
        with override(language):
            messages.append(str(form.errors[name][0]))

    assert messages == [english, french]
