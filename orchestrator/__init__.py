"""Rolls IAM permissions for a cloud-forensics platform out across an AWS Organization, and takes them back."""
