"""Who somebody is here: accounts, roles, sign-ins, work terms, bank account, erasure."""
