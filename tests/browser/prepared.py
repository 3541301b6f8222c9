"""Prepare a demo without its month of pay: ``python -m tests.browser.prepared DATA``.

Tests of pages make what they need of pay themselves, in a moment; the month has its own test.
"""

import os
import sys
from pathlib import Path

from canut.actions.platform.system_clock import now_ms

RELEASED = "2025-Q4"


def prepare(data: str) -> None:
    """Make the demo's project with its labour card and a release; no more is to be made."""
    os.environ |= {"CANUT_DATA": data, "DJANGO_SETTINGS_MODULE": "canut.settings"}
    import django

    django.setup()

    from canut.actions.datasets.bundles import write_bundle
    from canut.actions.platform.instance_facts import keep_fact
    from canut.actions.portrait.inputs import quarter_named
    from canut.actions.portrait.releases import release_quarter
    from canut.commands.instance_options import migrate_if_new
    from canut.demo.project import SLUG, prepare_demo
    from canut.demo.status import WHOLE
    from canut.store.models import Project
    from canut.store.platform.instance import make_data_folder

    make_data_folder()
    migrate_if_new()
    prepare_demo(now_ms())
    keep_fact(WHOLE, "1")
    release_quarter(quarter_named(RELEASED), now_ms())
    write_bundle(Project.objects.get(slug=SLUG), Path(data) / "bundle", now_ms(), is_public=True)


if __name__ == "__main__":
    prepare(sys.argv[1])
