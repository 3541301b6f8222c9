"""Canut: paid microtasks whose labels, pay and authorship can be checked by anyone."""

__version__ = "0.1.0"
