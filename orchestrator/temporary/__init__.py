"""The temporary grant: its life, its window, who may ask for it, and what the ledger remembers of it."""
