"""Commands about labels that need no instance, or bring their own."""
