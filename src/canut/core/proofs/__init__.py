"""Shared parts of ledger and passport: canonical JSON, hashes, signatures."""
