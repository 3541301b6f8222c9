"""How good the labels are: estimates, gold, reviews, flags."""
