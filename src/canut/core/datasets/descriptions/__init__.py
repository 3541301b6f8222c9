"""What a bundle says of itself to machines and people: Croissant, Data Package, README."""
