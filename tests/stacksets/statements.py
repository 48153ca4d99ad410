"""Comparing policy documents as IAM reads them."""

from orchestrator.templates import as_list


def plain(document):
    """The document with single texts and lists of one alike, as IAM reads them."""

    def normal(statement):
        condition = {
            operator: {key: sorted(as_list(values)) for key, values in keys.items()}
            for operator, keys in statement.get("Condition", {}).items()
            if keys
        }
        return {
            **statement,
            "Action": as_list(statement["Action"]),
            "Resource": as_list(statement["Resource"]) if "Resource" in statement else None,
            "Condition": condition,
        }

    return {**document, "Statement": [normal(statement) for statement in document["Statement"]]}
