"""Tasks and their labels: running consensus, known labels, priority, search."""
