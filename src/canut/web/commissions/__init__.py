"""Pages of commissions, of what was found, and of texts tested by readers."""
