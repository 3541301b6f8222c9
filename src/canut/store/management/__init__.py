"""Commands of Django that are done another way here."""
