"""Writes what is generated and kept under version control: templates, action lists, the page of permission groups, schemas."""
