"""Running the instance: scheduler, jobs, backup, restore, upgrade, clock repair."""
