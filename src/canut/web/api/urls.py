"""The addresses of the API."""

from canut.web.api.service import addresses

urlpatterns = addresses()
