"""Commands about labels that need no instance, or create their own."""
