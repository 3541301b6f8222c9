"""Make credentials for the person they are about, take them back, and share links to them."""
