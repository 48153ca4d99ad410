"""The outside world, spoken to in one place per subject."""
