"""Plan files: what stands in one, how it becomes a plan again, and the digest that seals it."""
