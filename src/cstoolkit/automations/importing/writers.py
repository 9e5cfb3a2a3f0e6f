"""The writer of each kind of row."""

from .people_writers import write_groups, write_memberships, write_organizations, write_people
from .ticket_writers import write_changes, write_comments, write_states, write_tags, write_tickets
from .writing import Writer

WRITERS: dict[str, Writer] = {
    "ticket": write_tickets,
    "event": write_states,
    "change": write_changes,
    "comment": write_comments,
    "tag": write_tags,
    "person": write_people,
    "group": write_groups,
    "membership": write_memberships,
    "organization": write_organizations,
}
