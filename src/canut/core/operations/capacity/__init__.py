"""How many processors, how much disk and how much money so many workers a month take."""
