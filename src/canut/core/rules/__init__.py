"""The register of rules: what laws and standards ask, and what shows that it is met here."""
