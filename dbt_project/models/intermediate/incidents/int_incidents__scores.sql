-- The score that a person had at the first event of each alert, from what had happened by then.
with

alerts as (
    select * from {{ ref('int_incidents__alerts') }}
    where base_score > 0
),

weights as (
    select * from {{ ref('int_scores__rule_precision') }}
),

half_lives as (
    select * from {{ ref('int_scores__half_lives') }}
),

thresholds as (
    {{ thresholds(['scale_points'], owner='SCORE') }}
),

paired as (
    select
        alerts.alert_id,
        alerts.story_id,
        alerts.first_event_at as scored_at,
        earlier.alert_id as earlier_alert_id,
        earlier.rule_id,
        earlier.feed,
        {{ contribution_ppm(
            'earlier.base_score', 'coalesce(weights.weight_ppm, earlier.confidence_ppm)',
            days_between(
                local_date('least(earlier.last_event_at, alerts.first_event_at)'),
                local_date('alerts.first_event_at')
            ),
            'half_lives.half_life_days'
        ) }} as contribution_ppm
    from alerts
    inner join alerts as earlier
        on alerts.subject_key = earlier.subject_key
        and alerts.first_event_at >= earlier.first_event_at
        and alerts.first_event_at < coalesce(earlier.ended_at, timestamp '9999-12-31 00:00:00')
    inner join half_lives on earlier.rule_id = half_lives.rule_id
    left join weights
        on earlier.rule_id = weights.rule_id
        and weights.month_number = {{ month_number(month_text(local_date('alerts.first_event_at'))) }}
),

capped as (
    select
        *,
        {{ capped_contribution_ppm('alert_id, rule_id', 'earlier_alert_id') }} as capped_contribution_ppm
    from paired
    where contribution_ppm > 0
),

summed as (
    select
        alert_id,
        story_id,
        scored_at,
        cast(sum(capped_contribution_ppm) as bigint) as contribution_ppm,
        count(distinct feed) as feed_count
    from capped
    group by alert_id, story_id, scored_at
),

final as (
    select
        summed.alert_id,
        summed.story_id,
        summed.scored_at,
        summed.contribution_ppm,
        summed.feed_count,
        {{ score_of('summed.contribution_ppm', 'thresholds.scale_points') }} as score
    from summed
    inner join thresholds on {{ in_force(local_date('summed.scored_at')) }}
)

select * from final
