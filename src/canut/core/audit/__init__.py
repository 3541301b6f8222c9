"""What a file of finished work tells: the labels, how far they agree, and what people were paid.

The files are read in ``formats``, labels inferred in ``quality``; here the two meet and become an
``Audit``, which ``text`` and ``page`` put into words. An audit describes: it accuses nobody.
"""
