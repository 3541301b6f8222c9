"""Reads of opinions, holds, terms of office and recalls of ethics reviewers."""
