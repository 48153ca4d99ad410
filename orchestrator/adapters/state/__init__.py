"""The state that outlives a run: one store and one lock, in a folder or in a bucket."""
