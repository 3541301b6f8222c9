"""Files of other annotation platforms: Label Studio, Mechanical Turk, Toloka."""
