"""People: accounts, roles, sign-ins, work terms, bank account, erasure."""
