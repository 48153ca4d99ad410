"""What roles may do and who may assume them, read from templates: allowances, their inclusion, and how two of them differ."""
