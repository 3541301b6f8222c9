"""The Portrait: click work in the same table as the other digital occupations."""
