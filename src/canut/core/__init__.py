"""Pure rules, numbers and file formats. No clock, network or database."""
