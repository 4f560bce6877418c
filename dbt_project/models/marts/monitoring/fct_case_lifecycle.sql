{%- set response_steps = [
    'freeze_requested', 'police_reported', 'platform_notified', 'password_changed', 'statement_published',
    'objection_filed', 'complaint_filed', 'legal_consulted', 'lawsuit_filed',
] -%}
{%- set told_steps = [
    'notified', 'freeze_requested', 'freeze_answered', 'evidence_sealed', 'police_reported',
    'platform_notified', 'statement_published', 'objection_filed', 'objection_accepted',
    'objection_answered', 'complaint_filed', 'complaint_accepted', 'complaint_answered',
    'legal_consulted', 'credit_restored',
] -%}
with

cases as (
    select * from {{ ref('stg_cases') }}
),

steps as (
    select
        *,
        {{ timestamp_text('happened_at') }} || step_id as step_order
    from {{ ref('stg_case_steps') }}
),

incidents as (
    select * from {{ ref('int_cases__incidents') }}
),

stepped as (
    select
        case_id,
        {%- for step in told_steps %}
        min(case when step_code = '{{ step }}' then happened_at end) as {{ step }}_at,
        {%- endfor %}
        min(case when step_code = 'confirmed' then happened_at end) as confirmed_at,
        min(case when step_code = 'closed' then happened_at end) as closed_at,
        min(case when step_code in ({{ "'" ~ response_steps | join("', '") ~ "'" }}) then happened_at end)
            as response_chosen_at,
        min_by(
            case when step_code in ({{ "'" ~ response_steps | join("', '") ~ "'" }}) then step_code end,
            case when step_code in ({{ "'" ~ response_steps | join("', '") ~ "'" }}) then step_order end
        ) as response_code,
        max_by(step_code, step_order) as last_step_code,
        max(happened_at) as last_step_at,
        min_by(
            case when step_code = 'objection_accepted' then answer_due_date end,
            case when step_code = 'objection_accepted' then step_order end
        ) as objection_due_date,
        min_by(
            case when step_code = 'complaint_accepted' then answer_due_date end,
            case when step_code = 'complaint_accepted' then step_order end
        ) as complaint_due_date,
        max_by(
            evidence_sha256,
            case when step_code = 'evidence_sealed' and evidence_sha256 is not null then step_order end
        ) as evidence_sha256,
        count(*) as step_count
    from steps
    group by case_id
),

final as (
    select
        cases.case_id,
        cases.subject_key,
        incidents.incident_id,
        cases.alert_id,
        cases.kind_code,
        cases.severity_code,
        cases.status_code,
        cases.outcome_code,
        {{ institution_group('cases.institution_name') }} as institution_group,
        cases.amount_at_risk_fen,
        cases.handler_id,
        cases.opened_at,
        stepped.notified_at,
        coalesce(stepped.confirmed_at, cases.confirmed_at) as confirmed_at,
        stepped.response_chosen_at,
        stepped.response_code,
        stepped.freeze_requested_at,
        stepped.freeze_answered_at,
        stepped.evidence_sealed_at,
        stepped.evidence_sha256,
        stepped.police_reported_at,
        stepped.platform_notified_at,
        stepped.statement_published_at,
        stepped.objection_filed_at,
        stepped.objection_accepted_at,
        stepped.objection_due_date,
        stepped.objection_answered_at,
        stepped.complaint_filed_at,
        stepped.complaint_accepted_at,
        stepped.complaint_due_date,
        stepped.complaint_answered_at,
        stepped.legal_consulted_at,
        stepped.credit_restored_at,
        coalesce(cases.closed_at, stepped.closed_at) as closed_at,
        stepped.last_step_code,
        stepped.last_step_at,
        coalesce(stepped.step_count, 0) as step_count
    from cases
    left join stepped on cases.case_id = stepped.case_id
    left join incidents on cases.case_id = incidents.case_id
)

select * from final
