{%- set answered_steps = {
    'freeze': ['freeze_requested', 'freeze_answered'],
    'objection_20d': ['objection_accepted', 'objection_answered'],
    'complaint_30d': ['complaint_accepted', 'complaint_answered'],
} -%}
with

incidents as (
    select * from {{ ref('int_incidents__openings') }}
),

cases as (
    select * from {{ ref('fct_case_lifecycle') }}
),

alerts as (
    select * from {{ ref('int_scores__live_alerts') }}
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

told as (
    select
        incident_id,
        min_by(case_id, {{ timestamp_text('opened_at') }} || case_id) as case_id,
        min(notified_at) as notified_at
    from cases
    where incident_id is not null
    group by incident_id
),

-- Who has answered all of it has been told, even where no case says so.
incident_notices as (
    select
        'notify' as clock_code,
        incidents.incident_id as source_id,
        incidents.subject_key,
        told.case_id,
        incidents.incident_id,
        incidents.detected_at as started_at,
        coalesce(
            told.notified_at,
            case when incidents.close_reason_code = 'outcome' then incidents.closed_at end
        ) as stopped_at
    from incidents
    left join told on incidents.incident_id = told.incident_id
),

case_notices as (
    select
        'notify' as clock_code,
        cases.case_id as source_id,
        cases.subject_key,
        cases.case_id,
        cast(null as {{ dbt.type_string() }}) as incident_id,
        alerts.detected_at as started_at,
        cases.notified_at as stopped_at
    from cases
    inner join alerts on cases.alert_id = alerts.alert_id
    where cases.incident_id is null
),

support as (
    select
        'support_24h' as clock_code,
        tickets.ticket_id as source_id,
        tickets.subject_key,
        tickets.case_id,
        cases.incident_id,
        tickets.opened_at as started_at,
        tickets.first_answered_at as stopped_at
    from tickets
    left join cases on tickets.case_id = cases.case_id
),

{%- for clock, (asked, answered) in answered_steps.items() %}

-- An answer that does not say what it answers is one to all that the institution still owed.
{{ clock }}_steps as (
    select
        '{{ clock }}' as clock_code,
        asked.step_id as source_id,
        asked.subject_key,
        asked.case_id,
        min(asked.happened_at) as started_at,
        min(answers.happened_at) as stopped_at
    from steps as asked
    left join steps as answers
        on asked.case_id = answers.case_id
        and answers.step_code = '{{ answered }}'
        and asked.happened_at <= answers.happened_at
        and coalesce(answers.answers_step_id, asked.step_id) = asked.step_id
        and (
            answers.answers_step_id is not null
            or coalesce(asked.institution_name, '') = coalesce(answers.institution_name, '')
        )
    where asked.step_code = '{{ asked }}'
    group by asked.step_id, asked.subject_key, asked.case_id
),
{%- endfor %}

step_clocks as (
    {%- for clock in answered_steps %}
    select * from {{ clock }}_steps
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

of_cases as (
    select
        step_clocks.clock_code,
        step_clocks.source_id,
        step_clocks.subject_key,
        step_clocks.case_id,
        cases.incident_id,
        step_clocks.started_at,
        step_clocks.stopped_at
    from step_clocks
    left join cases on step_clocks.case_id = cases.case_id
),

of_complaints as (
    select
        'complaint_30d' as clock_code,
        complaints.complaint_id as source_id,
        complaints.subject_key,
        cast(null as {{ dbt.type_string() }}) as case_id,
        cast(null as {{ dbt.type_string() }}) as incident_id,
        complaints.accepted_at as started_at,
        complaints.answered_at as stopped_at
    from complaints
    where complaints.accepted_at is not null
),

final as (
    select * from incident_notices
    union all
    select * from case_notices
    union all
    select * from support
    union all
    select * from of_cases
    union all
    select * from of_complaints
)

select * from final
