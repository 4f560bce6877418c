with

alerts as (
    select * from {{ ref('fct_alerts') }}
),

flags as (
    select * from {{ ref('fct_flags') }}
    where status_code <> 'deprecated'
),

final as (
    select
        flags.flag_id,
        alerts.alert_id,
        flags.rule_id,
        flags.subject_key,
        flags.feed,
        flags.status_code,
        flags.event_at,
        flags.available_at,
        flags.detected_at,
        -- What is flagged after its alert was handed over reaches the reader with the next extract.
        case when alerts.delivered_at >= flags.detected_at then alerts.delivered_at end as delivered_at
    from flags
    inner join alerts
        on flags.rule_id = alerts.rule_id
        and flags.subject_key = alerts.subject_key
        and flags.dedup_key = alerts.dedup_key
        and flags.event_at >= alerts.episode_started_at
        and flags.event_at <= alerts.episode_ended_at
)

select * from final
