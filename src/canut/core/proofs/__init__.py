"""What ledger and passport share: one JSON, one byte string; hashes; signatures."""
