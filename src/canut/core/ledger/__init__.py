"""The ledger: its log, the receipts of entries, and the proofs of files."""
