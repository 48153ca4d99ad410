"""The look inside accounts: what IAM there should show of a rollout, and where it shows something else. All of it is pure."""
