"""URL include that imports its module on first use.

Loading what describes and checks the API takes longer than everything else that answers a page.
"""

from django.urls import URLResolver
from django.urls.resolvers import RoutePattern


class LazyInclude(URLResolver):
    """The URL patterns behind a prefix; only the prefix is loaded at first.

    Args:
        prefix: how the addresses begin.
        module: holds them as ``urlpatterns``.
        name: the namespace they are called by.
    """

    def __init__(self, prefix: str, module: str, name: str) -> None:
        super().__init__(RoutePattern(prefix), module, app_name=name, namespace=name)

    def _populate(self) -> None:
        """Do nothing: Django would load all patterns to reverse one name.

        One in a namespace is sought there by itself.
        """
