"""Queries of exports and of published datasets with their labour card."""
