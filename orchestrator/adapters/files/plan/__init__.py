"""Plan files: what may be stored of a plan, and the digest that seals it."""
