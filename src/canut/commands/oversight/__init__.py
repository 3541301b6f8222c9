"""Commands for people who oversee this instance: the register of rules, the inspector's file."""
