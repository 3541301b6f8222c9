"""Queries of accounts, roles, sign-ins, work terms and erasure."""
