"""What a person has shown by their work, and credentials of it that others can verify."""
