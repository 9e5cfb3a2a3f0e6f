"""What Freshdesk's documents leave open about its rules, each with our default and the reason for it."""

from ..switches import Switch

ON_OFF = ("on", "off")

SWITCHES = (
    Switch("creation_rules", "first_match", "Creation rules stop at the first match, or all run (an account setting).", ("first_match", "all_match"), "Ticket Creation: by default the first matching rule; no API tells the setting"),
    Switch("update_pass", "single", "Update rules run in one ordered pass, or once more by the system over what they changed.", ("single", "second_pass"), "UNVERIFIED: the community describes one pass"),
    Switch("hourly_sets_off", "nothing", "Whether what an hourly rule changed runs the update rules, as a change by the system.", ("nothing", "update_rules"), "UNVERIFIED: no vendor text says it does"),
    Switch("hourly_days", "30", "Days since its last update after which hourly rules leave a ticket alone.", (), "Hourly Triggers: tickets updated in the last 30 days"),
    Switch("hours_greater_than", "reached", "`greater_than 24` in hours: from 24 hours on, or past them.", ("reached", "past"), "the vendor's window (greater than 24, less than 25) must hold at exactly one run of an hour"),
    Switch("agent_requesters", "skip", "Rules on tickets whose requester is an agent.", ("skip", "run"), "Why are my automations not working: no automation runs if the requester is an agent"),
    Switch("agent_or_requester", "any_agent", "Which agent the performer \"agent or requester\" means.", ("any_agent", "assigned_agent"), "CONFLICT: the overview says the assigned agent, its own example is of any third party"),
    Switch("other_contacts", "off", "A contact who is not the ticket's requester performs as one.", ON_OFF, "UNVERIFIED: the requester is the ticket's creator; collaborators are told apart"),
    Switch("closing_resolves", "on", "A status changed to closed from an unresolved one is changed to resolved as well.", ON_OFF, "Ticket Updates: a rule on resolved runs too, both times are stamped; how it finds it is not said"),
    Switch("text_case", "insensitive", "Case in texts, unless a condition has `case_sensitive`.", ("insensitive", "sensitive"), "UNVERIFIED: the key exists, its default is not documented"),
    Switch("description_search", "html", "What `contains` looks into: the source of the description, or its text. Other operators read the text.", ("html", "text"), "Why are my automations not working: the word stood in a link"),
    Switch("negative_on_empty", "on", "`not_in`, `is_not` and `does_not_contain` hold on an empty value.", ON_OFF, "UNVERIFIED: negation of the positive operator"),
    Switch("checkbox_values", "boolean", "Conditions on checkboxes: `is` and `in` with true or false, an empty one being false; or not judged.", ("boolean", "opaque"), "UNVERIFIED: the wire form of checked is not known"),
    Switch("business_hours_words", "judged", "`created_at during business_hours`, `non_business_hours` (a holiday is one too) and `holidays`; `updated_at` alike; or not judged.", ("judged", "opaque"), "UNVERIFIED: words of the screen, their wire form is not known"),
    Switch("unsourced_names", "opaque", "Names that no source has on the wire: not judged, or read as the screen's words in snake case.", ("opaque", "screen"), "the fact sheet marks them unknown"),
    Switch("agent_outside_group", "refused", "A rule's agent who is in a group, but not in the ticket's: stays unassigned, or is assigned.", ("refused", "assigned"), "Why are my automations not working: set the group first; an agent of no group is assigned"),
    Switch("group_clears_agent", "never", "Whose assignment a rule's change of group takes away.", ("never", "outsiders", "always"), "UNVERIFIED"),
    Switch("note_privacy", "private", "Visibility of a note by a rule: its key is not known.", ("private", "public"), "Examples: private notes as soon as tickets are created"),
    Switch("messages_render", "at_action", "When texts are rendered: with the ticket as it is at the action, or after all rules.", ("at_action", "after_pass"), "UNVERIFIED"),
    Switch("status_text", "number", "`{{ticket.status}}` as a number or as its label.", ("number", "label"), "CONFLICT: the placeholders' page says numerical, authors of rules expect the label"),
    Switch("priority_text", "label", "`{{ticket.priority}}` as a number or as its label.", ("label", "number"), "UNVERIFIED"),
    Switch("date_text", "iso", "Times in texts: ISO, or not judged. The account's language decides how they look.", ("iso", "opaque"), "UNVERIFIED"),
    Switch("ticket_url", "helpdesk", "Path of `{{ticket.url}}`: `/helpdesk/tickets/1` or `/a/tickets/1`.", ("helpdesk", "a"), "UNVERIFIED"),
)  # fmt: skip
