"""Who gets what: rules over an organization become assignments, with reasons."""
