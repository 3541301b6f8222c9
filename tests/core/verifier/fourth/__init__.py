"""A fourth reader of bundles, written from ``docs/en/bundle-format.md`` and its schemas alone.

It shares no code with Canut, ``canut-verify`` or ``verify.html``: the standard library, and Ed25519
of ``cryptography``. Numbers such as 4.2 name sections of the page.
"""
