"""One task and its label: running consensus, known labels, priority, search."""
