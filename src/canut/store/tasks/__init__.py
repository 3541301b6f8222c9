"""Queries of tasks: filters, lists, search."""
