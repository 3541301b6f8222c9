"""Quality of labels: estimates, gold, reviews, flags."""
