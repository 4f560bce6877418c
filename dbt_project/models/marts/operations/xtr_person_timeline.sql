{#- Everything that the service has of a person, in order. Words that people wrote stay out: a name in
    them would not be masked. -#}
{%- set text = dbt.type_string() -%}
{%- set absent = 'cast(null as ' ~ text ~ ')' -%}
{%- set entries = [
    ('flag', 'flags', 'flag_id', 'event_at', 'rule_id', 'status_code', 'severity_code', 'institution_group', 'amount_fen', 'suppression_reason', 'feed'),
    ('alert', 'alerts', 'alert_id', 'episode_started_at', 'rule_id', 'status_code', 'severity_code', absent, absent, absent, 'feed'),
    ('alert_delivered', 'alerts', 'alert_id', 'delivered_at', 'rule_id', 'status_code', 'severity_code', absent, absent, absent, 'feed'),
    ('incident_opened', 'incidents', 'incident_id', 'opened_at', 'open_reason_code', 'status_code', absent, 'institution_group', 'amount_at_risk_fen', absent, absent),
    ('incident_closed', 'incidents', 'incident_id', 'closed_at', 'close_reason_code', 'status_code', absent, 'institution_group', 'amount_at_risk_fen', absent, absent),
    ('case_opened', 'cases', 'case_id', 'opened_at', 'kind_code', 'status_code', 'severity_code', 'institution_group', 'amount_at_risk_fen', absent, absent),
    ('case_closed', 'cases', 'case_id', 'closed_at', 'kind_code', 'status_code', 'severity_code', 'institution_group', 'amount_at_risk_fen', 'outcome_code', absent),
    ('case_step', 'steps', 'step_id', 'happened_at', 'step_code', 'result_code', absent, 'institution_name', absent, absent, absent),
    ('ticket_opened', 'tickets', 'ticket_id', 'opened_at', 'topic_code', 'status_code', 'priority_code', absent, absent, 'channel_code', absent),
    ('ticket_answered', 'tickets', 'ticket_id', 'first_answered_at', 'topic_code', 'status_code', 'priority_code', absent, absent, 'channel_code', absent),
    ('ticket_resolved', 'tickets', 'ticket_id', 'resolved_at', 'topic_code', 'status_code', 'priority_code', absent, absent, 'channel_code', absent),
    ('complaint', 'complaints', 'complaint_id', 'complained_at', 'about_code', 'status_code', absent, absent, 'compensation_fen', 'outcome_code', absent),
    ('complaint_answered', 'complaints', 'complaint_id', 'answered_at', 'about_code', 'status_code', absent, absent, 'compensation_fen', 'outcome_code', absent),
    ('answer', 'answers', 'feedback_id', 'noted_at', 'rule_id', 'outcome_code', absent, absent, absent, absent, absent),
    ('consent_granted', 'authorisations', 'authorisation_id', 'granted_at', 'scope_code', absent, absent, absent, absent, absent, absent),
    ('consent_revoked', 'authorisations', 'authorisation_id', 'revoked_at', 'scope_code', absent, absent, absent, absent, absent, absent),
    ('consent_ends', 'authorisations', 'authorisation_id', 'expires_at', 'scope_code', absent, absent, absent, absent, absent, absent),
] -%}
with

flags as (
    select * from {{ ref('fct_flags') }}
),

alerts as (
    select * from {{ ref('fct_alerts') }}
),

incidents as (
    select * from {{ ref('fct_incidents') }}
),

cases as (
    select * from {{ ref('fct_case_lifecycle') }}
),

steps as (
    select * from {{ ref('stg_case_steps') }}
),

tickets as (
    select * from {{ ref('stg_support_tickets') }}
),

complaints as (
    select * from {{ ref('stg_complaints') }}
),

answers as (
    select * from {{ ref('stg_alert_feedback') }}
),

authorisations as (
    select * from {{ ref('stg_authorisations') }}
),

entries as (
    {%- for type, relation, id, at, what, status, severity, institution, amount, detail, feed in entries %}
    select
        '{{ type }}' as entry_type,
        {{ id }} as source_id,
        subject_key,
        {{ at }} as happened_at,
        {{ what }} as what_code,
        {{ status }} as status_code,
        {{ severity }} as severity_code,
        {{ institution }} as institution_name,
        cast({{ amount }} as bigint) as amount_fen,
        {{ detail }} as detail_code,
        {{ feed }} as feed
    from {{ relation }}
    where {{ at }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select
        {{ stable_id(['entry_type', 'source_id']) }} as entry_id,
        subject_key,
        {{ timestamp_text(local_timestamp('happened_at')) }} as happened_shanghai,
        happened_at,
        entry_type,
        what_code,
        status_code,
        severity_code,
        institution_name,
        amount_fen,
        detail_code,
        feed,
        source_id
    from entries
    where subject_key is not null
)

select * from final
