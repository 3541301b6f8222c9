"""Files of other platforms: Label Studio, Mechanical Turk, Toloka."""
