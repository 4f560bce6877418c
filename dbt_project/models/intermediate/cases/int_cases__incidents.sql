with

cases as (
    select * from {{ ref('stg_cases') }}
),

incidents as (
    select * from {{ ref('int_incidents__openings') }}
),

links as (
    select * from {{ ref('fct_incident_alerts') }}
),

by_alert as (
    select
        cases.case_id,
        links.incident_id,
        case links.link_code when 'own' then 1 else 2 end as match_rank
    from cases
    inner join links on cases.alert_id = links.alert_id
),

-- Who comes first names no alert, but an institution that we may have an incident with.
by_institution as (
    select
        cases.case_id,
        incidents.incident_id,
        3 as match_rank
    from cases
    inner join incidents
        on cases.subject_key = incidents.subject_key
        and {{ institution_group('cases.institution_name') }} = incidents.institution_group
        and cases.opened_at >= incidents.first_event_at
        and cases.opened_at <= coalesce(incidents.closed_at, cases.opened_at)
    where cases.alert_id is null
),

matched as (
    select * from by_alert
    union all
    select * from by_institution
),

final as (
    select
        matched.case_id,
        matched.incident_id
    from matched
    inner join incidents on matched.incident_id = incidents.incident_id
    qualify row_number() over (
        partition by matched.case_id
        order by matched.match_rank, incidents.opened_at, matched.incident_id
    ) = 1
)

select * from final
