"""The queries of the register, by subject; each returns counts and the rows that fall short."""
