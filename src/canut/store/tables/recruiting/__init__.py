"""Tables of recruiting, by subject."""
