"""Queries about the running instance."""
