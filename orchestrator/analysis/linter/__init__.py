"""What is held against the statements of a catalog: findings, one family of rules per module, and the reasons they are accepted for.

A finding needs a reason in the catalog, bound to the very statements it is about; without one, ``validate`` fails.
"""
