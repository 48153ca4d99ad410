"""What developers run: set up, test, check, generate, gather the changelog. Nothing here is installed."""
