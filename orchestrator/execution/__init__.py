"""Making it so: carrying out a plan, resuming it, and looking afterwards."""
