"""Queries of API keys, idempotent replies, webhooks and panels."""
