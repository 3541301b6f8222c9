"""Reads of the passport: answers on known tasks, paid work, credentials, links."""
