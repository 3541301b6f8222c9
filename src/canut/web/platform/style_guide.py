"""Style guide: all components in all states on one page.

Who runs the instance sees it, in production too: a new language or theme is looked at here before
people meet it. It is drawn from the templates and classes that pages use, and nothing on it acts.
"""

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from canut.core.money import Money
from canut.core.pay.intermediaries import Party, PartyRole, build_chain
from canut.store.quality.results import Proportion
from canut.web.kit.fields import radio, select, tick
from canut.web.kit.forms import AREA, PlainForm, words
from canut.web.kit.messages import lazy_message

KINDS_OF_TEXT = (
    ("a", lazy_message("page.style_guide.a_review")),
    ("b", lazy_message("page.style_guide.a_message")),
)
DYES = range(1, 13)
CURRENCY = "CAD"


class LookForm(PlainForm):
    """One field of each type."""

    name = words(lazy_message("common.name"), lazy_message("page.style_guide.as_people_will_read"))
    note = forms.CharField(
        label=lazy_message("common.note"), widget=forms.Textarea(attrs=dict(AREA))
    )
    sort = select(lazy_message("page.style_guide.what_it_is"), KINDS_OF_TEXT)
    one = radio(lazy_message("page.style_guide.one_of_these"), KINDS_OF_TEXT)
    yes = tick(lazy_message("page.style_guide.say_so_to_people"))


def _form(prefix: str, data: QueryDict | None = None) -> LookForm:
    """Return a form whose field ids are unique on the page."""
    form = LookForm(data, initial={"name": "Velours", "sort": "b", "one": "a", "yes": True})
    form.auto_id = f"{prefix}-%s"
    for field in form.fields.values():
        field.widget.attrs["form"] = "nowhere"
    return form


def look(request: HttpRequest) -> HttpResponse:
    """Show all components."""
    agency = Party(PartyRole.INTERMEDIARY, Money(10_000, CURRENCY), "Relais", "FR")
    price, piece = Money(60_000, CURRENCY), Money(40_000, CURRENCY)
    refused = _form("refused", QueryDict("name=&sort=b"))
    refused.fields["one"].error_messages["required"] = lazy_message(
        "page.style_guide.choose_one_of_these"
    )
    refused.is_valid()
    context = {
        "form": _form("well"),
        "refused": refused,
        "dyes": DYES,
        "measures": [("7", Proportion(961, 1000), True), ("1", Proportion(17, 20), False)],
        "chain": build_chain("Presse", "CA", price, [agency], piece),
        "limit": 2**30,
        "file_error": lazy_message("common.the_file_could"),
    }
    return render(request, "platform/style_guide.html", context)
