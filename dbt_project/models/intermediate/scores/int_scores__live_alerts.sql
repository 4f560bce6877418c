with

flags as (
    select * from {{ ref('fct_flags') }}
    where status_code = 'live'
),

alert_flags as (
    select * from {{ ref('fct_alert_flags') }}
    where status_code = 'live'
),

outcomes as (
    select * from {{ ref('int_alerts__outcomes') }}
),

summed as (
    select
        alert_flags.alert_id,
        flags.rule_id,
        flags.subject_key,
        min(flags.feed) as feed,
        min_by(
            flags.stage_code, {{ timestamp_text('flags.event_at') }} || flags.flag_id
        ) as stage_code,
        max(flags.base_score) as base_score,
        max(flags.confidence_ppm) as confidence_ppm,
        max(flags.institution_group) as institution_group,
        min(flags.event_at) as first_event_at,
        max(flags.event_at) as last_event_at,
        min(case when flags.severity_code = 'critical' then flags.event_at end) as critical_at,
        min(flags.detected_at) as detected_at
    from flags
    inner join alert_flags on flags.flag_id = alert_flags.flag_id
    group by alert_flags.alert_id, flags.rule_id, flags.subject_key
),

final as (
    select
        summed.*,
        outcomes.outcome_code,
        outcomes.cleared_at
    from summed
    left join outcomes on summed.alert_id = outcomes.alert_id
)

select * from final
