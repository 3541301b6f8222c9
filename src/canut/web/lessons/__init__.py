"""Pages of paid lessons: list, screens, marking, figures, reviews of texts."""
