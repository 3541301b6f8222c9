"""The Portrait: one table of click work and the other digital occupations."""
