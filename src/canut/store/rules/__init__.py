"""Evidence of the register of rules: what each query counts over today's tables."""
