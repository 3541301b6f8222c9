"""Django commands that Canut does in its own way."""
