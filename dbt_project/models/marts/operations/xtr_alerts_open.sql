with

alerts as (
    select * from {{ ref('xtr_alerts') }}
),

-- An alert may stand around several incidents; it is one's own.
incidents as (
    select
        alert_id,
        incident_id
    from {{ ref('fct_incident_alerts') }}
    qualify row_number() over (
        partition by alert_id
        order by case link_code when 'own' then 1 else 2 end, event_at, incident_id
    ) = 1
),

-- Who could not be reached has not answered. Blind spots have an extract of their own, which forgets
-- those that have ended.
final as (
    select
        alerts.*,
        incidents.incident_id
    from alerts
    left join incidents on alerts.alert_id = incidents.alert_id
    where
        coalesce(alerts.outcome_code, 'unreachable') = 'unreachable'
        and alerts.rule_id <> 'IM-MT-025'
)

select * from final
