"""The WSGI application that granian serves."""

import os
from collections.abc import Callable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "canut.settings")
_whole = get_wsgi_application()
_short = import_string("canut.web.platform.fast_path.FastPath")  # loaded now that Django is set up
application: Callable[..., Any] = _short(_whole)
