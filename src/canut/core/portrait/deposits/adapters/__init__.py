"""Read files in the shape their publisher gives them, without a line of code in the package."""
