"""Template tags: the built scripts and styles, by the name of their source."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@cache
def _manifest() -> dict[str, Any]:
    folder = Path(settings.STATICFILES_DIRS[0]) / "dist"
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return found


@register.simple_tag
def script(source: str) -> SafeString:
    """Link the built module of ``source`` and every stylesheet it brings."""
    entry = _manifest()[source]
    styles = (
        format_html_join(
            "", '<link rel="stylesheet" href="{}">', ((static(f"dist/{c}"),) for c in entry["css"])
        )
        if "css" in entry
        else SafeString("")
    )
    module = format_html(
        '<script type="module" src="{}"></script>', static(f"dist/{entry['file']}")
    )
    return SafeString(styles + module)
