"""How each vendor runs its rules: pure functions of rules, a ticket, an update and the time."""
