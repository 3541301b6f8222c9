"""The Portrait's charts: one function each, which takes figures and a language."""
