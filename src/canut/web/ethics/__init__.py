"""Pages of ethics reviewers: register, one project, reading, office."""
