"""What work costs the person who does it: time, pay, floor, harm; and how each is explained."""
