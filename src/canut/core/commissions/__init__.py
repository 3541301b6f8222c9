"""Commissions: from a client's wish to a project, its acceptance, and texts tested by readers."""
