"""The helpdesk's nouns: tickets, people, history, conditions, actions, rules, schedules. Pure; no I/O."""
