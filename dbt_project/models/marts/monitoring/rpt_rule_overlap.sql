with

alerts as (
    select * from {{ ref('fct_alerts') }}
    where status_code in ('live', 'shadow', 'experimental')
),

counted as (
    select
        rule_id,
        count(*) as alert_count
    from alerts
    group by rule_id
),

overlapping as (
    select
        alerts.rule_id,
        others.rule_id as other_rule_id,
        count(distinct alerts.alert_id) as overlap_count,
        count(distinct alerts.subject_key) as subject_count
    from alerts
    inner join alerts as others
        on alerts.subject_key = others.subject_key
        and alerts.rule_id <> others.rule_id
        and alerts.episode_started_at <= {{ add_hours('others.episode_started_at', 24) }}
        and others.episode_started_at <= {{ add_hours('alerts.episode_started_at', 24) }}
    group by alerts.rule_id, others.rule_id
),

final as (
    select
        overlapping.rule_id,
        overlapping.other_rule_id,
        counted.alert_count,
        overlapping.overlap_count,
        overlapping.subject_count,
        {{ integer_divide('1000000 * overlapping.overlap_count', 'counted.alert_count') }} as overlap_ppm
    from overlapping
    inner join counted on overlapping.rule_id = counted.rule_id
)

select * from final
