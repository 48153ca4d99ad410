"""A run as it happens: ``words`` for each event, a ``board`` adds them up; ``lines`` are for logs, a ``live`` table for terminals."""
