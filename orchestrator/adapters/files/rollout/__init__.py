"""Reads rollout.yaml, checks it against the catalog, and writes the starter of init."""
