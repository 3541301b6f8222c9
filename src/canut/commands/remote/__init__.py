"""Commands on another machine: ``canut --server URL COMMAND``, through the API by a key."""
