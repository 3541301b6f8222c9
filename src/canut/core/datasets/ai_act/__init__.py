"""What the European AI Act asks about a dataset."""
