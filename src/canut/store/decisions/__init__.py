"""Queries of decisions about people, and of their appeals."""
