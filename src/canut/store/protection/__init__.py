"""Protection from hard content: risk levels, exposure limits, a person's own choices."""
