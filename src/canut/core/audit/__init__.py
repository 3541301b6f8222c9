"""Audit a file of finished work: labels, agreement, and what people were paid.

Files are read in ``formats``, labels inferred in ``quality``; this package combines them into an
``Audit``, which ``text`` and ``page`` write. An audit describes: it accuses nobody.
"""
