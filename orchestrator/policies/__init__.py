"""What policies say about a request of which not everything is known: one judge of statements and conditions, with three answers.

``conditions`` judges one condition, ``statements`` a statement, ``control`` the service and resource control policies above an account.
"""
