"""Make layouts on a page, and fill them with the parameters of a HIT.

A layout is a page of HTML with ``${name}``. A program names it and sends a text for each name; what
is filled in is escaped where it stands, so that no text of a program becomes a tag. The HIT keeps
the filled page as its question: changing or ending a layout changes no HIT.
"""

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from canut.core.clock import Ms
from canut.core.errors import Conflict, Incomplete
from canut.core.formats.platforms.mturk_question import NAMESPACES, SCHEMAS, parse_layout
from canut.core.formats.platforms.own_pages import fill_columns
from canut.core.formats.platforms.question_xml import MOST_BYTES, read_xml
from canut.core.turk.ids import RANDOM_BYTES, object_id
from canut.core.turk.refusals import invalid, missing
from canut.store.models import Organisation, Person, TurkLayout
from canut.store.turk.layouts import layout_named, layouts_of

LONGEST_NAME = 120
LONGEST_BODY = MOST_BYTES - 1_000
"""A filled layout must fit into the question of a HIT, with the XML around it."""
MOST_LAYOUTS = 200
CDATA_END, CDATA_SPLIT = "]]>", "]]]]><![CDATA[>"


@transaction.atomic
def make_layout(
    organisation: Organisation, name: str, body: str, *, by: Person, now_ms: Ms
) -> TurkLayout:
    """Make a layout of an organisation.

    Raises:
        Incomplete: ``layout-name``: it has no name.
        Conflict: ``layout-exists``: another has this name; ``layout-many``.
        BadFile: ``own-page-…``, with line and column: the page cannot be shown.
    """
    plain = name.strip()[:LONGEST_NAME]
    if not plain:
        raise Incomplete("give the layout a name", code="layout-name", field="name")
    read_xml(_question_of(body))
    parse_layout(body)
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    existing = layouts_of(organisation.pk)
    if any(layout.name.lower() == plain.lower() for layout in existing):
        raise Conflict(f"there is a layout {plain!r} already", code="layout-exists")
    if len(existing) >= MOST_LAYOUTS:
        raise Conflict(
            f"there are {MOST_LAYOUTS} layouts; end one first",
            code="layout-many",
            limit=MOST_LAYOUTS,
        )
    return TurkLayout.objects.create(
        public_id=object_id(secrets.token_bytes(RANDOM_BYTES)),
        organisation=organisation,
        name=plain,
        body=body,
        by=by,
        at_ms=now_ms,
    )


def end_layout(layout: TurkLayout, now_ms: Ms) -> None:
    """End a layout: no HIT can be made of it any more."""
    TurkLayout.objects.filter(pk=layout.pk, ended_ms=None).update(ended_ms=now_ms)


def variables_of(body: str) -> list[str]:
    """Return the names that a layout is filled with, each once, in order."""
    _page, facts = parse_layout(body)
    return list(dict.fromkeys(variable.name for variable in facts.variables))


def fill_layout(organisation: int, public_id: str, parameters: Iterable[Mapping[str, Any]]) -> str:
    """Return the question of a HIT: a layout filled with its parameters.

    Raises:
        TurkError: the organisation has no such layout, or a name is missing, unknown or sent twice.
    """
    layout = layout_named(organisation, public_id)
    if layout is None:
        raise missing("HITLayout", public_id)
    texts: dict[str, str] = {}
    for row in parameters:
        if row["Name"] in texts:
            raise invalid(f"HITLayoutParameters holds {str(row['Name'])[:60]!r} twice")
        texts[str(row["Name"])] = str(row["Value"])
    names = variables_of(layout.body)
    lacking = [name for name in names if name not in texts]
    unknown = [name for name in texts if name not in names]
    if lacking or unknown:
        words = [f"missing: {', '.join(lacking)}"] if lacking else []
        words += [f"not in the layout: {', '.join(unknown)[:200]}"] if unknown else []
        raise invalid(f"HITLayoutParameters do not fit the layout; {'; '.join(words)}")
    return _question_of(fill_columns(layout.body, texts))


def _question_of(page: str) -> str:
    """Return an HTMLQuestion around a page."""
    content = page.replace(CDATA_END, CDATA_SPLIT)
    namespace = SCHEMAS + NAMESPACES["HTMLQuestion"][0]
    return (
        f'<HTMLQuestion xmlns="{namespace}"><HTMLContent><![CDATA[{content}]]></HTMLContent>'
        "<FrameHeight>0</FrameHeight></HTMLQuestion>"
    )
