"""Infrastructure without a subject: encryption, uploads, leader election, bulk write pacing."""
