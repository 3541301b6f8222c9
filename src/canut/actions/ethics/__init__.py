"""Acts of ethics reviewers, of who answers them, and of who may overrule them."""
