"""What people who do click work write about it, in their own words."""
