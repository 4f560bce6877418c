with

incidents as (
    select * from {{ ref('fct_incidents') }}
),

links as (
    select * from {{ ref('fct_incident_alerts') }}
    where link_code = 'own'
),

alerts as (
    select * from {{ ref('fct_alerts') }}
),

cases as (
    select * from {{ ref('fct_case_lifecycle') }}
),

gravest as (
    select
        links.incident_id,
        min(case alerts.severity_code
            when 'critical' then 1
            when 'high' then 2
            when 'medium' then 3
            else 4
        end) as severity_rank
    from links
    inner join alerts on links.alert_id = alerts.alert_id
    group by links.incident_id
),

final as (
    select
        incidents.incident_id,
        incidents.subject_key,
        incidents.status_code,
        incidents.band_code,
        incidents.score,
        case gravest.severity_rank
            when 1 then 'critical'
            when 2 then 'high'
            when 3 then 'medium'
            else 'low'
        end as severity_code,
        incidents.open_reason_code,
        incidents.institution_group,
        incidents.stages_seen,
        incidents.first_stage_code,
        incidents.last_stage_code,
        incidents.missing_stages,
        incidents.minutes_between_stages,
        {{ timestamp_text(local_timestamp('incidents.first_event_at')) }} as first_event_shanghai,
        {{ timestamp_text(local_timestamp('incidents.last_event_at')) }} as last_event_shanghai,
        incidents.first_event_at,
        incidents.last_event_at,
        incidents.hours,
        incidents.places,
        incidents.channels,
        incidents.institutions,
        incidents.amount_at_risk_fen,
        incidents.confidence_ppm,
        incidents.alert_count,
        incidents.opened_at,
        incidents.closed_at,
        incidents.close_reason_code,
        incidents.case_id,
        cases.handler_id,
        cases.outcome_code,
        incidents.response_code,
        cases.last_step_at
    from incidents
    left join gravest on incidents.incident_id = gravest.incident_id
    left join cases on incidents.case_id = cases.case_id
)

select * from final
