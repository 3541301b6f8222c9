"""Addresses that are loaded when the first of them is asked for.

Loading what describes and checks the API takes longer than everything else that answers a page.
"""

from django.urls import URLResolver
from django.urls.resolvers import RoutePattern


class LazyInclude(URLResolver):
    """What stands behind a prefix; only its name is known before.

    Args:
        prefix: how the addresses begin.
        module: holds them as ``urlpatterns``.
        name: the namespace they are called by.
    """

    def __init__(self, prefix: str, module: str, name: str) -> None:
        super().__init__(RoutePattern(prefix), module, app_name=name, namespace=name)

    def _populate(self) -> None:
        """Do nothing: Django would load every address to know one by its name.

        One in a namespace is sought there by itself.
        """
