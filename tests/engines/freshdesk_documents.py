"""Freshdesk's pages that hand-derived traces rest on. Each trace names one."""

OVERVIEW = "https://support.freshdesk.com/en/support/solutions/articles/207276-when-and-how-to-use-the-triggers-for-automations"
CREATION = "https://support.freshdesk.com/en/support/solutions/articles/37614-setting-up-automation-rules-to-run-on-ticket-creation"
EXAMPLES = "https://support.freshdesk.com/en/support/solutions/articles/50000009491-automation-rules-examples-ticket-creation"
UPDATES = "https://support.freshdesk.com/en/support/solutions/articles/99047-setting-up-automation-rules-to-run-on-ticket-updates"
HOURLY = "https://support.freshdesk.com/en/support/solutions/articles/37615-setting-up-automation-rules-to-run-on-time-triggers-"
WEBHOOKS = (
    "https://support.freshdesk.com/en/support/solutions/articles/132589-using-webhooks-in-automation-rules"
)
PLACEHOLDERS = "https://support.freshdesk.com/support/solutions/articles/52630-understanding-dynamic-content-and-placeholders"
TROUBLE = 'Freshdesk support: "Why are my automations not working?"'
LINKED = 'Freshdesk support: "Automate linked ticketing workflows"'
API = "https://developers.freshdesk.com/api/#automations"
# Where no page says it and the switch has a default; the fact sheet marks it UNVERIFIED or CONFLICT.
OPEN = "open fact: see the switches in docs/sandbox-freshdesk.md"
