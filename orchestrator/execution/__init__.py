"""Applies a plan, resumes it, and verifies it."""
