"""What Zendesk's documents leave open about its rules, each with our default and the reason for it."""

from ..switches import Switch

ON_OFF = ("on", "off")

SWITCHES = (
    Switch("trigger_pass", "rewalk", "After a trigger changed the ticket, the list is walked again from the top.", ("rewalk", "single_pass"), "UNVERIFIED: known behaviour that no vendor text states; third parties describe one pass"),
    Switch("not_value_unchanged", "on", "`not_value` and `not_value_previous` hold where nothing changed.", ON_OFF, "UNVERIFIED; the stock trigger on comment updates (`status not_value_previous solved`) is useless otherwise"),
    Switch("is_not_on_empty", "on", "`is_not` holds on an empty value.", ON_OFF, "UNVERIFIED: negation of `is`"),
    Switch("null_priority", "lowest", "How an empty priority compares in `less_than` and `greater_than`.", ("lowest", "never"), "UNVERIFIED"),
    Switch("text_words", "whole", "`includes` in texts looks for whole words, or for parts of words too.", ("whole", "part"), "UNVERIFIED: the field is called includes_word"),
    Switch("text_case", "folded", "Whether texts are compared without regard to case.", ("folded", "exact"), "UNVERIFIED"),
    Switch("no_comment_excludes", "on", "Without a comment, `comment_includes_word not_includes` and `is_not` hold.", ON_OFF, "UNVERIFIED: negation of `includes`"),
    Switch("requester_sees", "public", "Which comments `requester_can_see_comment` means.", ("public", "public_or_agent"), "UNVERIFIED: whether a requester who is an agent sees private ones"),
    Switch("rating_comment", "folded", "`satisfaction_score is good` holds for a rating with a comment too.", ("folded", "exact"), "UNVERIFIED"),
    Switch("system_user", "nobody", "Who acts in an update made by rules or the system.", ("nobody", "agent"), "UNVERIFIED"),
    Switch("default_schedule", "first", "The schedule of a ticket that none was set on, where the account has several.", ("first", "unknown"), "the first one that matches; the matching itself is not documented"),
    Switch("own_mail", "sent", "Whether the one who made the update gets mail that a rule sends to him.", ("sent", "spared"), "UNVERIFIED"),
    Switch("messages_render", "after_pass", "When texts are rendered: with the ticket after all rules, or as the rule left it.", ("after_pass", "at_action"), "stated without a source"),
    Switch("suppress_placeholders", "off", "First replies to end users lose the customer's own text.", ON_OFF, "the vendor blanks some placeholders against spam; which accounts and placeholders is not documented"),
    Switch("date_text", "iso", "Dates in texts: ISO, or not judged. The account's language decides how they look.", ("iso", "opaque"), "UNVERIFIED"),
    Switch("hours_since_status", "current", "`PENDING` and its like: the ticket must be in that status now, or may have left it.", ("current", "last"), "UNVERIFIED; the stock reminder tests `PENDING is 24` and no status"),
    Switch("hours_greater_than", "reached", "`PENDING greater_than 96` and its like: from 96 whole hours on, or past them, from 97 on.", ("reached", "past"), "CONFLICT: the vendor's worked example closes a ticket in the run of hour 96; read by the letter it is hour 97"),
    Switch("due_hours_from", "stored", "Hours since and until a due date count from `due_at` as stored, or from 12:00 UTC of its date.", ("stored", "noon"), "12:00 account time; the account's zone is not known to an engine, and the vendor's screen stores that noon"),
    Switch("automation_tickets_per_run", "1000", "Tickets that one run acts on at most.", (), "About automations: 1,000 tickets an hour"),
    Switch("automation_cap_scope", "run", "Whether that limit is of the run or of each automation.", ("run", "automation"), "CONFLICT: per hour, and per automation cycle"),
    Switch("automation_updates_per_ticket", "100", "Times that automations change one ticket in its life at most.", (), "About automations"),
    Switch("automation_saves", "each", "Triggers run after each automation that changed the ticket, or once after all.", ("each", "once"), "UNVERIFIED: triggers run on updates by automations"),
    Switch("reply_reopens", "on", "An end user's comment reopens a pending or solved ticket.", ON_OFF, "fixed behaviour"),
    Switch("reply_reopens_hold", "on", "The same for a ticket on hold.", ON_OFF, "CONFLICT: named by one source, left out by the other"),
    Switch("first_assignment_opens", "on", "A new ticket that gets an assignee becomes open.", ON_OFF, "UNVERIFIED wording"),
    Switch("agent_reply_opens", "on", "A new ticket that an agent comments on becomes open.", ON_OFF, "UNVERIFIED wording"),
    Switch("solve_needs_assignee", "on", "Solving an unassigned ticket by an update is refused.", ON_OFF, "UNVERIFIED: 422"),
    Switch("rule_solves_unassigned", "refused", "What a rule's `status solved` does to an unassigned ticket.", ("refused", "done"), "UNVERIFIED: solving needs an assignee"),
    Switch("assignee_outside_group", "refuse", "A rule's assignee who is not in the ticket's group: refused, or the group moves to his.", ("refuse", "move"), "UNVERIFIED"),
    Switch("group_clears_assignee", "outsiders", "Whose assignment a change of group takes away.", ("outsiders", "always", "never"), "UNVERIFIED: it may clear the assignee"),
    Switch("assignee_brings_group", "on", "A ticket without a group gets the default group of whoever it is assigned to.", ON_OFF, "UNVERIFIED: known behaviour of the vendor's screen that no stored text states"),
    Switch("normal_tags", "on", "Tags are lower-cased.", ON_OFF, "UNVERIFIED"),
    Switch("tags_clear_fields", "on", "Removing a tag that backs a field's value clears the field.", ON_OFF, "UNVERIFIED detail"),
)  # fmt: skip
