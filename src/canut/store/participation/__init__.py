"""Queries of messages, elections, policies, client ratings and oversight."""
