"""The live list on AWS: what is read, what is tried on two throw-away accounts, and how everything is removed again."""
