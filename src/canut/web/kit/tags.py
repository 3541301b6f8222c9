"""Template tags: built scripts, icons, bars and intervals as SVG, formatted figures.

SVG carries attributes and classes only: the content policy forbids inline styles.
"""

import json
import logging
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, format_html_join, json_script
from django.utils.safestring import SafeString
from django.utils.translation import to_locale

from canut.core.svg import Scale, Sheet, element
from canut.store.models import Project, Worker
from canut.store.quality.results import Proportion
from canut.web.kit import formatting
from canut.web.kit.access import may_open
from canut.web.kit.content_language import tongue_of
from canut.web.kit.drawing.interval_mark import MARK_WIDTH, mark_interval
from canut.web.kit.languages import Language, language_now, words_of
from canut.web.kit.messages import message_now

register = template.Library()
log = logging.getLogger(__name__)
_numbers = count(1)

for _filter in (
    formatting.calendar_day,
    formatting.duration,
    formatting.interval,
    formatting.moment,
    formatting.day,
    formatting.day_span,
    formatting.percent_of,
    formatting.share,
    formatting.short_moment,
    formatting.day_and_hour,
    formatting.size,
    formatting.weighed,
    formatting.task_time,
    formatting.tenths,
    formatting.format_count,
    formatting.whole_share,
):
    register.filter(_filter.__name__, _filter)
register.simple_tag(formatting.money, name="money")
register.simple_tag(formatting.earnings, name="earnings")
register.simple_tag(formatting.price, name="price")
register.simple_tag(formatting.interval, name="interval")

ICONS = {
    "back": "M10 3L5 8l5 5",
    "arrow": "M2.5 8h10.5M9 4l4 4-4 4",
    "check": "M3 8.5l3.5 3.5L13 4.5",
    "clock": "M1.8 8a6.2 6.2 0 1 0 12.4 0a6.2 6.2 0 1 0-12.4 0M8 4.5V8l2.5 1.6",
    "cross": "M4 4l8 8M12 4l-8 8",
    "download": "M8 2.5v8M4.5 7.5L8 11l3.5-3.5M2.5 13.5h11",
    "file": "M4 1.8h5.5L12.5 5v9.2H4zM9.3 2v3.2h3",
    "scales": "M8 2v11M4.5 13.5h7M3 4.5h10M3 4.5L1.5 9h3zM13 4.5L11.5 9h3z",
    "star": "M8 1.8l1.9 4 4.3.5-3.2 3 .9 4.3L8 11.4 4.1 13.6l.9-4.3-3.2-3 4.3-.5z",
    "search": "M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 0 0 0-9M10.5 10.5L14 14",
    "undo": "M3 6h7a3.5 3.5 0 0 1 0 7H6M5.5 3.2L2.7 6l2.8 2.8",
    "warning": "M8 2.5L14.5 13.5H1.5zM8 6.5v3.2M8 11.6v.2",
}
WORDS = "../src/canut/locale"
BAR_HEIGHT, THREAD_HEIGHT = 20, 16


@cache
def manifest() -> dict[str, Any]:
    """Return the build manifest; empty if nothing was built."""
    path = Path(settings.STATICFILES_DIRS[0]) / "dist/manifest.json"
    if not path.is_file():
        log.error("no %s: pages come without style or script; run make to build them", path.name)
        return {}
    entries: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return entries


@register.simple_tag
def script(source: str) -> SafeString:
    """Link a built module and all stylesheets it needs."""
    if not manifest():
        return SafeString("")
    sheets = format_html_join(
        "", '<link rel="stylesheet" href="{}">', ((static(f"dist/{s}"),) for s in _sheets(source))
    )
    module = static(f"dist/{manifest()[source]['file']}")
    return SafeString(sheets + format_html('<script type="module" src="{}"></script>', module))


@register.simple_tag(name="may_open", takes_context=True)
def may_open_page(context: template.Context, name: str) -> bool:
    """Return whether the reader of the page may open another one, which has no project.

    ``{% may_open "work_home" as opens %}{% if opens %}<a href=…>{% endif %}``
    """
    return may_open(name, context["navigation"].roles)


@register.simple_tag(name="msg", takes_context=True)
def page_message(context: template.Context, message_id: str, /, **facts: object) -> SafeString:
    """Format a message of the catalogue; its markup stays, its facts are escaped.

    ``{% msg "page.pay.title" name=person.name %}``; ``as title`` puts it into a variable.
    """
    escaped = {name: _escape(fact) if context.autoescape else fact for name, fact in facts.items()}
    return SafeString(message_now(message_id, **escaped))


def _escape(fact: object) -> object:
    """Escape a text; leave a number as it is, for formatting and plural forms."""
    return fact if isinstance(fact, int | float | Decimal) else conditional_escape(str(fact))


@register.simple_tag
def own_words() -> SafeString:
    """Embed the script translations of a language stored next to the data."""
    language = language_now()
    built = f"{WORDS}/{to_locale(language.code)}/words/workbench.json"
    if not manifest() or built in manifest():
        return SafeString("")
    payload = {
        "language": language.code,
        "locale": language.locale,
        "words": words_of(language.code),
    }
    return json_script(payload, "own-words")


@register.simple_tag
def page_languages() -> dict[str, object]:
    """Return the page's language and the others, each by its own name."""
    current: Language = language_now()
    return {
        "now": current,
        "others": [
            language for language in settings.LANGUAGES_KNOWN.values() if language != current
        ],
    }


def built_words(names: Iterable[str]) -> Iterator[str]:
    """Find the built translations of the page's language; empty if the page embeds them."""
    for name in names:
        built = manifest().get(f"{WORDS}/{to_locale(language_now().code)}/words/{name}.json")
        if built:
            yield built["file"]


def _sheets(source: str) -> list[str]:
    """List the stylesheets of an entry and of its imports, each once, imports first."""
    entry = manifest()[source]
    sheets: dict[str, None] = {}
    for imported in entry.get("imports", ()):
        sheets.update(dict.fromkeys(_sheets(imported)))
    sheets.update(dict.fromkeys(entry.get("css", ())))
    return list(sheets)


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw a line icon; the word next to it carries the meaning."""
    return format_html(
        '<svg class="ic" viewBox="0 0 16 16" aria-hidden="true"><path d="{}"/></svg>', ICONS[name]
    )


@register.simple_tag
def unknown(words: str = "") -> SafeString:
    """Render an unknown value: bare warp with a word, never an empty cell."""
    return format_html('<span class="unk"><b>{}</b></span>', words or message_now("common.unknown"))


@register.simple_tag
def weave_bar(done: int, in_hand: int, to_do: int, label: str) -> SafeString:
    """Draw progress: solid is done, twill is leased, bare warp is to do."""
    total = (done + in_hand + to_do) or 1
    number = next(_numbers)
    sheet = Sheet(100, "ch bigfil")
    sheet.pattern(f"bw{number}", (5, 8), "wp", "M.5 0v8")
    sheet.pattern(f"tw{number}", (4, 4), "ch-tw", "M.5 0v4", 45)
    woven, leased = f"{100 * done / total:.3f}%", f"{100 * in_hand / total:.3f}%"
    sheet.rect("", 0, 0, "100%", BAR_HEIGHT, fill=f"url(#bw{number})")
    sheet.rect("ground", woven, 0, leased, BAR_HEIGHT)
    sheet.rect("", woven, 0, leased, BAR_HEIGHT, fill=f"url(#tw{number})")
    sheet.rect("s1", 0, 0, woven, BAR_HEIGHT)
    return SafeString(sheet.close(BAR_HEIGHT, label, viewBox=None, width="100%"))


@register.simple_tag
def thread(done: int, total: int, label: str) -> SafeString:
    """Draw the progress of a long job as a woven thread."""
    reached = f"{100 * min(done, total) / total if total else 0:.2f}%"
    sheet = Sheet(100, "fil")
    sheet.line("bare", 0, 8, "100%", 8)
    sheet.line("done", 0, 8, reached, 8)
    for tenth in range(11):
        sheet.line("tick", f"{10 * tenth}%", 11, f"{10 * tenth}%", 15)
    shuttle = element("path", kind="shut", d="M-10 8q10 -10 20 0q-10 10 -20 0z")
    sheet.add(element("svg", shuttle, x=reached, overflow="visible"))
    return SafeString(sheet.close(THREAD_HEIGHT, label, viewBox=None, width="100%"))


@register.simple_tag
def interval_mark(measure: Proportion, start: float, *, leading: bool = False) -> SafeString:
    """Draw a share and its interval, with end ticks, on an axis from ``start`` to 1."""
    low, high = (value - start for value in measure.interval)
    scale = Scale(0, MARK_WIDTH, (1 - start) or 1)
    return mark_interval(scale, low, measure.share - start, high, leading=leading)


@register.simple_tag
def written_in(project: Project) -> SafeString:
    """Return the language of a project's own words if it is not the page's."""
    code = tongue_of(project)
    if not code or code == language_now().code[:2]:
        return SafeString("")
    return format_html(' lang="{}"', code)


@register.filter
def or_unknown(text: str) -> SafeString:
    """Render a text, or bare warp if it is unknown."""
    if text.strip().lower().rstrip(".") in {"", "unknown", "inconnu", "inconnue"}:
        return unknown()
    return format_html("{}", text)


@register.simple_tag
def agreement_of(worker: Worker) -> str:
    """Format how often a worker agrees with the others, as a percentage."""
    return formatting.whole_share(Proportion(worker.agreed or 0, worker.compared or 0).share)


@register.filter
def thousandths(value: float) -> int:
    """Return a share as whole thousandths, the width of a bar."""
    return round(1000 * value)


@register.filter
def axis_end(value: float) -> str:
    """Format the low end of an axis of percentages."""
    return formatting.format_count(round(100 * value))


@register.filter
def dressed(field: BoundField) -> SafeString:
    """Render a library's form field with our markup, error style and ARIA attributes."""
    kinds = {"checkbox": "check", "radio": "radio"}
    kind = kinds.get(getattr(field.field.widget, "input_type", ""), "inp")
    attrs: dict[str, str | bool] = {"class": f"{kind} bad" if field.errors else kind}
    attrs |= {"placeholder": "", "aria-invalid": "true" if field.errors else "false"}
    return field.as_widget(attrs=attrs)
