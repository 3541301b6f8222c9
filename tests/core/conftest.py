"""The first example of a property compiles a kernel: no deadline."""

from hypothesis import settings

settings.register_profile("canut", deadline=None)
settings.load_profile("canut")
