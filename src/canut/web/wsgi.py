"""The application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "canut.settings")
_whole = get_wsgi_application()
application = import_string("canut.web.short.ShortWay")(_whole)  # it needs Django set up by now
