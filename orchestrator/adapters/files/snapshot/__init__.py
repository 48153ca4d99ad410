"""Snapshots: an organization as YAML, written by discover, read by plan and sandbox."""
