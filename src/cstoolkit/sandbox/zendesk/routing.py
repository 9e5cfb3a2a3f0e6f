"""Every route of the account, one row each; plain resources bring theirs."""

from collections.abc import Callable, Iterator, Mapping

from ..routes import Routes
from . import (
    account_corners,
    attachments,
    definitions,
    exports,
    extras,
    field_options,
    gone_people,
    group_members,
    identities,
    jobs,
    organization_members,
    organizations,
    owner_tags,
    people_routes,
    redaction,
    requests,
    rule_routes,
    search,
    ticket_details,
    ticket_lists,
    ticket_metrics,
    ticket_writes,
    trigger_revisions,
    views,
)
from .catalogue import RESOURCES
from .resources import add_routes
from .visit import Handler

WORKS: Mapping[str, jobs.Work] = {
    **ticket_writes.WORKS,
    **people_routes.WORKS,
    **group_members.WORKS,
    **organizations.WORKS,
    **organization_members.WORKS,
}

_TICKETS: Mapping[str, Handler] = {
    "GET /tickets": ticket_lists.index,
    "POST /tickets": ticket_writes.create,
    "GET /tickets/count": ticket_lists.count,
    "GET /tickets/recent": ticket_lists.recent,
    "GET /tickets/show_many": ticket_lists.show_many,
    "POST /tickets/create_many": ticket_writes.create_many,
    "PUT /tickets/update_many": ticket_writes.update_many,
    "DELETE /tickets/destroy_many": ticket_writes.destroy_many,
    "PUT /tickets/mark_many_as_spam": ticket_writes.mark_many_as_spam,
    "GET /tickets/{ticket_id}": ticket_lists.show,
    "PUT /tickets/{ticket_id}": ticket_writes.update,
    "DELETE /tickets/{ticket_id}": ticket_writes.delete,
    "PUT /tickets/{ticket_id}/mark_as_spam": ticket_writes.mark_as_spam,
    "POST /tickets/{ticket_id}/merge": ticket_writes.merge,
    "GET /tickets/{ticket_id}/tags": ticket_details.tags_of,
    "POST /tickets/{ticket_id}/tags": ticket_details.set_tags,
    "PUT /tickets/{ticket_id}/tags": ticket_details.add_tags,
    "DELETE /tickets/{ticket_id}/tags": ticket_details.remove_tags,
    "GET /tickets/{ticket_id}/comments": ticket_lists.comments,
    "GET /tickets/{ticket_id}/comments/count": ticket_lists.count_comments,
    "PUT /tickets/{ticket_id}/comments/{comment_id}/redact": redaction.redact_string,
    "PUT /tickets/{ticket_id}/comments/{comment_id}/make_private": redaction.make_private,
    "PUT /tickets/{ticket_id}/comments/{comment_id}/attachments/{attachment_id}/redact": redaction.redact_attachment,
    "PUT /tickets/{ticket_id}/audits/{audit_id}/make_private": redaction.make_audit_private,
    "PUT /comment_redactions/{comment_id}": redaction.redact_marked,
    "PUT /chat_redactions/{ticket_id}": redaction.redact_chat,
    "PUT /chat_file_redactions/{ticket_id}": redaction.redact_chat_files,
    "GET /tickets/{ticket_id}/audits": ticket_lists.audits,
    "GET /tickets/{ticket_id}/audits/count": ticket_lists.count_audits,
    "GET /tickets/{ticket_id}/audits/{audit_id}": ticket_lists.show_audit,
    "GET /tickets/{ticket_id}/incidents": ticket_lists.incidents,
    "GET /tickets/{ticket_id}/related": ticket_lists.related,
    "GET /tickets/{ticket_id}/collaborators": ticket_lists.people_on("collaborator_ids"),
    "GET /tickets/{ticket_id}/followers": ticket_lists.people_on("follower_ids"),
    "GET /tickets/{ticket_id}/email_ccs": ticket_lists.people_on("email_cc_ids"),
    "GET /tickets/{ticket_id}/metrics": ticket_metrics.ticket_metrics,
    "POST /tickets/{ticket_id}/satisfaction_rating": ticket_details.rate,
    "GET /tickets/{ticket_id}/macros/{macro_id}/apply": rule_routes.apply_macro_to_ticket,
    "GET /problems": ticket_lists.problems,
    "GET /ticket_audits": ticket_lists.all_audits,
    "GET /ticket_metrics": ticket_lists.list_metrics,
    "GET /ticket_metrics/{id}": ticket_metrics.show_metric,
    "GET /deleted_tickets": ticket_lists.deleted,
    "PUT /deleted_tickets/restore_many": ticket_writes.restore_many,
    "DELETE /deleted_tickets/destroy_many": ticket_writes.erase_many,
    "PUT /deleted_tickets/{ticket_id}/restore": ticket_writes.restore,
    "DELETE /deleted_tickets/{ticket_id}": ticket_writes.erase,
    "POST /imports/tickets": ticket_writes.import_one,
    "POST /imports/tickets/create_many": ticket_writes.import_many,
    "GET /job_statuses": jobs.list_jobs,
    "GET /job_statuses/show_many": jobs.show_many(WORKS),
    "GET /job_statuses/{id}": jobs.show(WORKS),
}

_PEOPLE: Mapping[str, Handler] = {
    "GET /users": people_routes.list_users,
    "POST /users": people_routes.create,
    "GET /users/count": people_routes.count_users,
    "GET /users/me": people_routes.me,
    "GET /users/show_many": people_routes.show_many,
    "GET /users/search": people_routes.search,
    "GET /users/autocomplete": people_routes.autocomplete,
    "POST /users/create_many": people_routes.bulk("user create", "users"),
    "PUT /users/update_many": people_routes.bulk("user update", "users"),
    "POST /users/create_or_update_many": people_routes.bulk("user create_or_update", "users"),
    "DELETE /users/destroy_many": people_routes.bulk_delete("user delete"),
    "POST /users/create_or_update": people_routes.create_or_update,
    "GET /users/{id}": people_routes.show,
    "PUT /users/{id}": people_routes.update,
    "DELETE /users/{id}": people_routes.delete,
    "POST /users/autocomplete": people_routes.autocomplete,
    "PUT /users/{id}/merge": gone_people.merge,
    "GET /deleted_users": gone_people.list_deleted,
    "GET /deleted_users/count": gone_people.count_deleted,
    "GET /deleted_users/{id}": gone_people.show_deleted,
    "DELETE /deleted_users/{id}": gone_people.erase,
    "GET /users/{id}/related": people_routes.related,
    "GET /users/{id}/tags": owner_tags.tags_of("users"),
    "POST /users/{id}/tags": owner_tags.change_tags("users", "set"),
    "PUT /users/{id}/tags": owner_tags.change_tags("users", "add"),
    "DELETE /users/{id}/tags": owner_tags.change_tags("users", "remove"),
    "GET /users/{id}/groups": people_routes.groups_of,
    "GET /users/{id}/organizations": people_routes.organizations_of,
    "GET /users/{id}/groups/count": people_routes.count_links("group_memberships"),
    "GET /users/{id}/organizations/count": people_routes.count_links("organization_memberships"),
    "DELETE /users/{id}/organizations/{organization_id}": organization_members.leave,
    "PUT /users/{id}/organizations/{organization_id}/make_default": organization_members.make_organization_default,
    "GET /users/{id}/organization_memberships": organization_members.memberships("user_id"),
    "POST /users/{id}/organization_memberships": organization_members.add,
    "GET /users/{id}/organization_memberships/{membership_id}": organization_members.show,
    "DELETE /users/{id}/organization_memberships/{membership_id}": organization_members.remove,
    "PUT /users/{id}/organization_memberships/{membership_id}/make_default": organization_members.make_default,
    "POST /users/{id}/group_memberships": group_members.add_membership,
    "GET /users/{id}/group_memberships/{membership_id}": group_members.show_membership,
    "DELETE /users/{id}/group_memberships/{membership_id}": group_members.remove_membership,
    "GET /users/{id}/group_memberships": group_members.memberships("user_id"),
    "PUT /users/{id}/group_memberships/{membership_id}/make_default": group_members.make_default,
    "GET /users/{id}/tickets/requested": ticket_lists.by_person("requester_id", "users"),
    "GET /users/{id}/tickets/assigned": ticket_lists.by_person("assignee_id", "users"),
    "GET /users/{id}/tickets/assigned/count": ticket_lists.count_by_person("assignee_id", "users"),
    "GET /users/{id}/tickets/ccd": ticket_lists.copied,
    "GET /users/{id}/tickets/ccd/count": ticket_lists.count_copied,
    "GET /users/{id}/tickets/followed": ticket_lists.followed,
    "GET /groups/assignable": people_routes.assignable_groups,
    "GET /groups/{id}/users": people_routes.members(
        "group_memberships", "group_id", filter_="users", owner="groups"
    ),
    "GET /groups/{id}/users/count": people_routes.count_members(
        "group_memberships", "group_id", owner="groups"
    ),
    "GET /groups/{id}/memberships/assignable": group_members.memberships("group_id", "groups"),
    "GET /groups/{id}/memberships": group_members.memberships("group_id", "groups"),
    "GET /group_memberships": group_members.memberships(None),
    "POST /group_memberships": group_members.add_membership,
    "GET /group_memberships/assignable": group_members.memberships(None),
    "POST /group_memberships/create_many": people_routes.bulk("membership create", "group_memberships"),
    "DELETE /group_memberships/destroy_many": people_routes.bulk_delete("membership delete"),
    "GET /group_memberships/{membership_id}": group_members.show_membership,
    "DELETE /group_memberships/{membership_id}": group_members.remove_membership,
    "GET /organizations": organizations.list_organizations,
    "POST /organizations": organizations.create,
    "GET /organizations/count": organizations.count,
    "GET /organizations/show_many": organizations.show_many,
    "GET /organizations/search": organizations.search,
    "GET /organizations/autocomplete": organizations.autocomplete,
    "POST /organizations/create_or_update": organizations.create_or_update,
    "POST /organizations/create_many": people_routes.bulk("organization create", "organizations"),
    "PUT /organizations/update_many": people_routes.bulk("organization update", "organizations"),
    "DELETE /organizations/destroy_many": people_routes.bulk_delete("organization delete"),
    "GET /organizations/{id}": organizations.show,
    "PUT /organizations/{id}": organizations.update,
    "DELETE /organizations/{id}": organizations.delete,
    "GET /organizations/{id}/related": organizations.related,
    "GET /organizations/{id}/tags": owner_tags.tags_of("organizations"),
    "POST /organizations/{id}/tags": owner_tags.change_tags("organizations", "set"),
    "PUT /organizations/{id}/tags": owner_tags.change_tags("organizations", "add"),
    "DELETE /organizations/{id}/tags": owner_tags.change_tags("organizations", "remove"),
    "GET /organizations/{id}/tickets": ticket_lists.by_person("organization_id", "organizations"),
    "GET /organizations/{id}/tickets/count": ticket_lists.count_by_person("organization_id", "organizations"),
    "GET /organizations/{id}/users": people_routes.members(
        "organization_memberships", "organization_id", filter_="users", owner="organizations"
    ),
    "GET /organizations/{id}/users/count": people_routes.count_members(
        "organization_memberships", "organization_id", owner="organizations"
    ),
    "GET /organizations/{id}/organization_memberships": organization_members.memberships(
        "organization_id", "organizations"
    ),
    "GET /organization_memberships": organization_members.memberships(None),
    "POST /organization_memberships": organization_members.add,
    "POST /organization_memberships/create_many": organization_members.add_many,
    "DELETE /organization_memberships/destroy_many": organization_members.remove_many,
    "GET /organization_memberships/{membership_id}": organization_members.show,
    "DELETE /organization_memberships/{membership_id}": organization_members.remove,
}

_RULES: Mapping[str, Handler] = {
    "GET /triggers/definitions": definitions.trigger_definitions,
    "PUT /triggers/reorder": rule_routes.reorder_triggers,
    "GET /triggers/{id}/revisions": trigger_revisions.list_revisions,
    "GET /triggers/{id}/revisions/{revision_id}": trigger_revisions.show_revision,
    "DELETE /trigger_categories/{id}": rule_routes.delete_category,
    "POST /trigger_categories/jobs": rule_routes.category_job,
    "GET /macros/definitions": definitions.macro_definitions,
    "GET /macros/actions": definitions.macro_actions,
    "GET /macros/categories": rule_routes.macro_categories,
    "GET /macros/new": rule_routes.new_macro,
    "GET /macros/{id}/apply": rule_routes.apply_macro,
    "GET /views/definitions": definitions.view_definitions,
    "GET /views/compact": views.compact,
    "GET /views/count": views.count_views,
    "GET /views/count_many": views.count_many,
    "POST /views/preview": views.preview,
    "POST /views/preview/count": views.preview_count,
    "GET /views/{id}/execute": views.execute,
    "GET /views/{id}/tickets": views.tickets,
    "GET /views/{id}/count": views.count,
    "GET /views/{id}/export": views.export,
    "GET /slas/policies/definitions": definitions.sla_definitions,
    "GET /group_slas/policies/definitions": definitions.group_sla_definitions,
    "PUT /group_slas/policies/reorder": rule_routes.reorder_group_policies,
    "PUT /slas/policies/reorder": rule_routes.reorder_policies,
    "PUT /ticket_forms/reorder": rule_routes.reorder_forms,
    "GET /custom_statuses": rule_routes.list_statuses,
    "PUT /custom_status/default": rule_routes.set_default_statuses,
    "PUT /ticket_fields/reorder": field_options.reorder("ticket_fields", "ticket_field_ids"),
    "PUT /user_fields/reorder": field_options.reorder("user_fields", "user_field_ids"),
    "PUT /organization_fields/reorder": field_options.reorder(
        "organization_fields", "organization_field_ids"
    ),
    "PUT /webhooks/{id}": extras.update_webhook,
    "PATCH /webhooks/{id}": extras.update_webhook,
    "GET /business_hours/schedules": extras.list_schedules,
    "PUT /business_hours/schedules/{id}/workweek": extras.set_workweek,
    "GET /business_hours/schedules/{id}/holidays": extras.list_holidays,
    "POST /business_hours/schedules/{id}/holidays": extras.add_holiday,
}

REQUESTS: Mapping[str, Handler] = {
    "GET /requests": requests.list_requests(),
    "POST /requests": requests.create,
    "GET /requests/open": requests.list_requests("status NOT IN ('solved', 'closed')"),
    "GET /requests/solved": requests.list_requests("status IN ('solved', 'closed')"),
    "GET /requests/ccd": requests.list_copied,
    "GET /requests/search": requests.search,
    "GET /requests/{id}": requests.show,
    "PUT /requests/{id}": requests.update,
    "GET /requests/{id}/comments": requests.comments,
    "GET /requests/{id}/comments/{comment_id}": requests.show_comment,
}
"""What end users may call, too."""

_OTHER: Mapping[str, Handler] = {
    "GET /users/{id}/requests": requests.of_owner("requester_id", "users"),
    "GET /organizations/{id}/requests": requests.of_owner("organization_id", "organizations"),
    "GET /search": search.search,
    "GET /search/count": search.count,
    "GET /search/export": search.export,
    "GET /incremental/tickets": exports.tickets_by_time,
    "GET /incremental/tickets/cursor": exports.tickets_by_cursor,
    "GET /incremental/ticket_events": exports.ticket_events,
    "GET /incremental/ticket_metric_events": exports.ticket_metric_events,
    "GET /incremental/users": exports.users_by_time,
    "GET /incremental/users/cursor": exports.users_by_cursor,
    "GET /incremental/organizations": exports.organizations_by_time,
    "GET /incremental/{resource}/sample": exports.sample,
    "GET /satisfaction_ratings": extras.list_ratings,
    "GET /satisfaction_ratings/count": extras.count_ratings,
    "GET /satisfaction_ratings/{id}": extras.show_rating,
    "GET /suspended_tickets": extras.list_suspended,
    "GET /suspended_tickets/{id}": extras.show_suspended,
    "DELETE /suspended_tickets/destroy_many": extras.destroy_suspended,
    "DELETE /suspended_tickets/{id}": extras.delete_suspended,
    "PUT /suspended_tickets/recover_many": extras.recover_many,
    "PUT /suspended_tickets/{id}/recover": extras.recover,
    "GET /tags": extras.list_tags,
    "GET /tags/count": extras.count_tags,
    "GET /autocomplete/tags": extras.autocomplete_tags,
    "POST /uploads": attachments.upload,
    "DELETE /uploads/{token}": attachments.delete_upload,
    "GET /attachments/{id}": attachments.show,
    "PUT /attachments/{id}": attachments.override,
    "DELETE /attachments/{id}": attachments.delete,
    "POST /suspended_tickets/export": extras.export_suspended,
    "POST /autocomplete/tags": extras.autocomplete_tags,
    "GET /locales": account_corners.locales,
    "GET /locales/agent": account_corners.locales,
    "GET /locales/public": account_corners.locales,
    "GET /locales/current": account_corners.current_locale,
    "GET /locales/detect_best_locale": account_corners.current_locale,
    "GET /locales/{locale_id}": account_corners.show_locale,
    "GET /satisfaction_reasons": account_corners.reasons,
    "GET /satisfaction_reasons/{id}": account_corners.show_reason,
    "GET /account/settings": account_corners.account_settings,
    "GET /oauth/tokens": account_corners.list_tokens,
    "POST /oauth/tokens": account_corners.new_token,
    "GET /oauth/tokens/current": account_corners.current_token,
    "DELETE /oauth/tokens/current": account_corners.revoke_current,
    "GET /oauth/tokens/{id}": account_corners.show_token,
    "DELETE /oauth/tokens/{id}": account_corners.revoke,
}


_IDENTITIES: Mapping[str, Handler] = {
    "GET ": identities.list_identities,
    "POST ": identities.create,
    "GET /{identity_id}": identities.show,
    "PUT /{identity_id}": identities.update,
    "DELETE /{identity_id}": identities.delete,
    "PUT /{identity_id}/make_primary": identities.make_primary,
    "PUT /{identity_id}/verify": identities.verify,
    "PUT /{identity_id}/request_verification": identities.request_verification,
}
_AGENTS_ONLY = frozenset({"PUT /{identity_id}", "PUT /{identity_id}/verify"})
_OPTIONS: Mapping[str, Callable[[str], Handler]] = {
    "GET ": field_options.list_options,
    "POST ": field_options.upsert_option,
    "GET /{option_id}": field_options.show_option,
    "DELETE /{option_id}": field_options.delete_option,
}


def _parts() -> Iterator[tuple[str, Handler]]:
    """Calls that stand below several paths in the same way."""
    for target, handler in _IDENTITIES.items():
        method, _, path = target.partition(" ")
        yield f"{method} /users/{{id}}/identities{path}", handler
        if target not in _AGENTS_ONLY:
            yield f"{method} /end_users/{{id}}/identities{path}", handler
    for target, make in _OPTIONS.items():
        method, _, path = target.partition(" ")
        for table in ("ticket_fields", "user_fields"):
            yield f"{method} /{table}/{{field_id}}/options{path}", make(table)


def make_routes() -> Routes[Handler]:
    routes: Routes[Handler] = Routes()
    for resource in RESOURCES:
        add_routes(routes, resource)
    tables = (_TICKETS, _PEOPLE, _RULES, REQUESTS, _OTHER)
    for target, handler in (*(row for table in tables for row in table.items()), *_parts()):
        method, _, path = target.partition(" ")
        routes.add(method, f"/api/v2{path}", handler)
    return routes
