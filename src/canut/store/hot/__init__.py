"""The statements of lease and submit, in two dialects with the same names."""
