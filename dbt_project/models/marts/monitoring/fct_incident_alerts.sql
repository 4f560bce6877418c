with

incidents as (
    select * from {{ ref('int_incidents__openings') }}
),

alerts as (
    select * from {{ ref('int_incidents__alerts') }}
),

limits as (
    {{ thresholds(['chain_days'], owner='INCIDENT') }}
),

own as (
    select
        incidents.incident_id,
        alerts.alert_id,
        'own' as link_code
    from incidents
    inner join alerts on incidents.incident_id = alerts.story_id
),

-- What names no institution may tell of any; what has opened it belongs to it, whomever it names.
around as (
    select
        incidents.incident_id,
        alerts.alert_id,
        'context' as link_code
    from incidents
    inner join limits as thresholds on {{ in_force(local_date('incidents.opened_at')) }}
    inner join alerts
        on incidents.subject_key = alerts.subject_key
        and incidents.incident_id <> alerts.story_id
        and incidents.opened_at <= {{ add_hours('alerts.first_event_at', '24 * thresholds.chain_days') }}
        and incidents.opened_at < coalesce(alerts.ended_at, timestamp '9999-12-31 00:00:00')
    where
        (alerts.institution_group is null and alerts.first_event_at <= incidents.last_event_at)
        or (
            alerts.first_event_at <= incidents.opened_at
            and incidents.open_reason_code in ('three_stages', 'score_two_feeds')
        )
),

linked as (
    select * from own
    union all
    select * from around
),

final as (
    select
        linked.incident_id,
        linked.alert_id,
        linked.link_code,
        alerts.rule_id,
        alerts.stage_code,
        alerts.first_event_at as event_at
    from linked
    inner join alerts on linked.alert_id = alerts.alert_id
)

select * from final
