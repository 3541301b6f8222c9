"""Every problem a file may have, in words."""
