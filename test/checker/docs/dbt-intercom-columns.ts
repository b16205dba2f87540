/**
 * Every column of the models of dbt_intercom (fivetran/dbt_intercom 1.6.1) that somebody who moves here may miss. Left out are
 * its `_fivetran_…` columns: versions are in the raw tables.
 */
export const columnsOfDbtIntercom: Readonly<Record<string, string>> = {
  intercom__conversation_enhanced: `
    source_relation conversation_id conversation_created_at conversation_last_updated_at conversation_type
    conversation_initiated_type conversation_subject conversation_assignee_id conversation_assignee_type
    conversation_author_type conversation_state is_read waiting_since snoozed_until sla_name sla_status conversation_rating
    conversation_remark is_assignee_admin first_close_at last_close_at first_admin_close_at last_admin_close_at
    all_conversation_tags first_close_by_admin_id last_close_by_admin_id first_close_by_author_id last_close_by_author_id
    first_contact_author_id last_contact_author_id first_team_id last_team_id first_team_name last_team_name
    all_contact_company_names all_conversation_admins all_conversation_contacts`,
  intercom__conversation_metrics: `
    count_reopens count_total_parts count_assignments first_contact_reply_at first_assignment_at
    time_to_first_assignment_minutes first_admin_response_at time_to_first_response_minutes
    time_to_admin_first_close_minutes time_to_first_close_minutes first_reopen_at last_assignment_at
    time_to_last_assignment_minutes last_contact_reply_at last_admin_response_at last_reopen_at
    time_to_admin_last_close_minutes time_to_last_close_minutes`,
  intercom__admin_metrics: `
    source_relation admin_id admin_name team_id team_name job_title total_conversations_closed average_conversation_parts
    average_conversation_rating median_conversations_reopened median_conversation_assignments
    median_time_to_first_response_time_minutes median_time_to_last_close_minutes`,
  intercom__company_enhanced: `
    source_relation company_id company_name website industry created_at updated_at user_count session_count monthly_spend
    plan_id plan_name all_company_tags`,
  intercom__company_metrics: `
    total_conversations_closed average_conversation_parts average_conversation_rating median_conversations_reopened
    median_time_to_first_response_time_minutes median_time_to_last_close_minutes`,
  intercom__contact_enhanced: `
    source_relation contact_id admin_id created_at updated_at signed_up_at contact_name contact_role contact_email
    last_replied_at last_email_clicked_at last_email_opened_at last_contacted_at is_unsubscribed_from_emails
    all_contact_tags all_contact_company_names`,
  intercom__article_enhanced: `
    source_relation article_id author_id author_name author_job_title article_title article_description article_body
    article_url article_type article_state default_locale workspace_id statistics_views statistics_conversations
    statistics_reactions statistics_happy_reaction_percentage statistics_neutral_reaction_percentage
    statistics_sad_reaction_percentage collection_id collection_name collection_description collection_url collection_icon
    collection_display_order parent_collection_id parent_collection_name parent_collection_url help_center_id
    is_in_nested_section help_center_name help_center_identifier is_help_center_website_enabled article_created_at
    article_updated_at is_published`,
};
