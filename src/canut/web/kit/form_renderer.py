"""Write selects and inputs in Python, where Django's renderer runs a template for each option.

A setup page holds some 2,500 options; a template for each takes most of the page's time. What is
written is Django's own, to the character; every other widget is left to its template.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

WIDGETS = "django/forms/widgets/"
OPTION = f"{WIDGETS}select_option.html"


def write_attributes(attributes: Mapping[str, Any]) -> str:
    """Return the attributes of an element, each with a space before it; False leaves one out."""
    return "".join(
        f" {conditional_escape(name)}"
        + ("" if value is True else f'="{conditional_escape(str(value))}"')
        for name, value in attributes.items()
        if value is not False
    )


def write_option(option: Mapping[str, Any]) -> str:
    """Return one option of a select, from what its widget says of it."""
    return (
        f'<option value="{conditional_escape(str(option["value"]))}"'
        f"{write_attributes(option['attrs'])}>{conditional_escape(localize(option['label']))}"
        "</option>"
    )


def write_select(widget: Mapping[str, Any]) -> str:
    """Return a select with its options and groups, from what the widget says of itself."""
    parts = [f'<select name="{conditional_escape(widget["name"])}"']
    parts += [write_attributes(widget["attrs"]), ">"]
    for group, options, _index in widget["optgroups"]:
        if group:
            parts.append(f'\n  <optgroup label="{conditional_escape(localize(group))}">')
        parts += [f"\n  {write_option(option)}\n" for option in options]
        if group:
            parts.append("\n  </optgroup>")
    return "".join([*parts, "\n</select>"])


def write_input(widget: Mapping[str, Any]) -> str:
    """Return an input, from what the widget says of itself."""
    value = widget["value"]
    shown = "" if value is None else f' value="{conditional_escape(str(value))}"'
    return (
        f'<input type="{conditional_escape(widget["type"])}"'
        f' name="{conditional_escape(widget["name"])}"{shown}{write_attributes(widget["attrs"])}>'
    )


WRITERS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    f"{WIDGETS}select.html": write_select,
    **dict.fromkeys(
        (
            f"{WIDGETS}{name}.html"
            for name in (
                "checkbox", "date", "datetime", "email", "hidden", "number", "password", "text",
                "time", "url",
            )
        ),
        write_input,
    ),
}  # fmt: skip


class FormRenderer(DjangoTemplates):
    """Django's renderer, with what is drawn most written without a template."""

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> str:
        """Return the HTML of a widget, a field or a form."""
        write = WRITERS.get(template_name)
        if write is None or not is_plain(context["widget"]):
            return super().render(template_name, context, request)
        return SafeString(write(context["widget"]))  # each part was escaped


def is_plain(widget: Mapping[str, Any]) -> bool:
    """Return whether every option of a widget uses Django's own template."""
    return all(
        option["template_name"] == OPTION
        for _group, options, _index in widget.get("optgroups", ())
        for option in options
    )
