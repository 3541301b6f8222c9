"""What is decided: numbers, rules, file formats. No clock, network, database."""
