"""The vendor's pages that hand-derived traces rest on. Each trace names one."""

TRIGGERS = "https://support.zendesk.com/hc/en-us/articles/203662246-About-triggers-and-how-they-work"
TRIGGER_REFERENCE = "https://support.zendesk.com/hc/en-us/articles/4408893545882-Ticket-trigger-conditions-and-actions-reference"
AUTOMATIONS = (
    "https://support.zendesk.com/hc/en-us/articles/4408832701850-About-automations-and-how-they-work"
)
HOURS = "https://support.zendesk.com/hc/en-us/articles/4408836495130-Using-the-Hours-since-condition-in-automations"
PLACEHOLDERS = "https://support.zendesk.com/hc/en-us/articles/4408886858138-Zendesk-placeholders-reference"
CONDITIONS = "https://developer.zendesk.com/documentation/ticketing/reference-guides/conditions-reference/"
ACTIONS = "https://developer.zendesk.com/documentation/ticketing/reference-guides/actions-reference/"
TICKETS = "https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/"
FIELDS = "https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_fields/"
STATUSES = "https://developer.zendesk.com/api-reference/ticketing/tickets/custom_ticket_statuses/"
MACROS = "https://developer.zendesk.com/api-reference/ticketing/business-rules/macros/"
SLA = "https://developer.zendesk.com/api-reference/ticketing/business-rules/sla_policies/"
SCHEDULES = "https://developer.zendesk.com/api-reference/ticketing/ticket-management/schedules/"
# Where no page says it and the switch has a default; the fact sheet marks it UNVERIFIED.
OPEN = "open fact: see the switches in docs/engines.md"
