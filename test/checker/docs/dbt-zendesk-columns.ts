/**
 * Every column of the models of dbt_zendesk (fivetran/dbt_zendesk 1.7.0) that somebody who moves here may miss. Its ticket metrics
 * repeat the columns of `zendesk__ticket_enriched`, which are here once. Left out are its `_fivetran_…` columns.
 */
export const columnsOfDbtZendesk: Readonly<Record<string, string>> = {
  zendesk__ticket_enriched: `
    ticket_id url assignee_id assignee_role assignee_email assignee_name brand_id created_at type subject
    description priority status recipient requester_id requester_role requester_email requester_name submitter_id
    submitter_role submitter_email submitter_name organization_id organization_name external_id group_id group_name
    due_at ticket_form_id is_public updated_at created_channel source_from_id source_from_title source_rel
    source_to_address source_to_name ticket_tags problem_id is_incident ticket_brand_name ticket_form_name
    ticket_satisfaction_comment ticket_satisfaction_reason ticket_organization_domain_names
    requester_organization_domain_names requester_external_id requester_created_at requester_updated_at
    is_requester_active requester_locale requester_time_zone requester_ticket_update_count
    requester_ticket_last_update_at requester_last_login_at requester_organization_id requester_organization_name
    requester_organization_tags requester_organization_external_id requester_organization_created_at
    requester_organization_updated_at submitter_external_id is_agent_submitted is_submitter_active submitter_locale
    submitter_time_zone assignee_external_id is_assignee_active assignee_locale assignee_time_zone
    assignee_ticket_update_count assignee_ticket_last_update_at assignee_last_login_at requester_tag submitter_tag
    assignee_tag ticket_total_satisfaction_scores ticket_first_satisfaction_score ticket_satisfaction_score
    is_good_to_bad_satisfaction_score is_bad_to_good_satisfaction_score source_relation`,
  zendesk__sla_policies: `
    sla_event_id ticket_id sla_policy_name metric sla_applied_at target in_business_hours sla_breach_at
    sla_elapsed_time is_active_sla is_sla_breach priority_applied source_relation`,
  zendesk__ticket_field_history: `
    date_day ticket_id ticket_day_id source_relation`,
  zendesk__ticket_metrics: `
    source_relation first_reply_time_calendar_minutes first_reply_time_business_minutes
    total_reply_time_calendar_minutes first_solved_at last_solved_at first_resolution_calendar_minutes
    final_resolution_calendar_minutes is_one_touch_resolution first_resolution_business_minutes
    full_resolution_business_minutes agent_wait_time_in_business_minutes requester_wait_time_in_business_minutes
    solve_time_in_business_minutes agent_work_time_in_business_minutes on_hold_time_in_business_minutes
    new_status_duration_in_business_minutes open_status_duration_in_business_minutes
    agent_wait_time_in_calendar_minutes requester_wait_time_in_calendar_minutes solve_time_in_calendar_minutes
    agent_work_time_in_calendar_minutes on_hold_time_in_calendar_minutes count_agent_comments
    count_public_agent_comments count_end_user_comments count_internal_comments count_public_comments total_comments
    count_ticket_handoffs unique_assignee_count assignee_stations_count group_stations_count first_assignee_id
    last_assignee_id first_agent_assignment_date last_agent_assignment_date
    first_assignment_to_resolution_calendar_minutes last_assignment_to_resolution_calendar_minutes count_resolutions
    count_reopens new_status_duration_in_calendar_minutes open_status_duration_in_calendar_minutes
    total_agent_replies requester_last_login_age_minutes assignee_last_login_age_minutes unsolved_ticket_age_minutes
    unsolved_ticket_age_since_update_minutes is_two_touch_resolution is_multi_touch_resolution
    ticket_last_comment_date ticket_unassigned_duration_calendar_minutes last_status_assignment_date
    ticket_deleted_count total_ticket_recoveries`,
  zendesk__ticket_summary: `
    user_count active_agent_count deleted_user_count end_user_count suspended_user_count new_ticket_count
    on_hold_ticket_count open_ticket_count pending_ticket_count solved_ticket_count problem_ticket_count
    reassigned_ticket_count reopened_ticket_count surveyed_satisfaction_ticket_count
    unassigned_unsolved_ticket_count unreplied_ticket_count unreplied_unsolved_ticket_count unsolved_ticket_count
    assigned_ticket_count deleted_ticket_count recovered_ticket_count source_relation`,
  zendesk__ticket_backlog: `
    date_day ticket_id status created_channel assignee_id assignee_name source_relation`,
};
