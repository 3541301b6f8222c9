"""Queries of projects: drafts, versions, state changes, removal."""
