with

alerts as (
    select * from {{ ref('int_scores__live_alerts') }}
),

as_of as (
    select * from {{ ref('int_service__as_of') }}
),

weights as (
    select * from {{ ref('int_scores__rule_precision') }}
),

half_lives as (
    select * from {{ ref('int_scores__half_lives') }}
),

-- An alert counts until it is cleared; its age is that of its last event.
counting as (
    select
        alerts.*,
        greatest(
            {{ days_between(local_date('alerts.last_event_at'), local_date('as_of.as_of_at')) }}, 0
        ) as age_days,
        {{ month_number(month_text(local_date('as_of.as_of_at'))) }} as month_number
    from alerts
    cross join as_of
    where
        alerts.base_score > 0
        and (alerts.cleared_at is null or alerts.cleared_at > as_of.as_of_at)
),

weighed as (
    select
        counting.*,
        coalesce(weights.weight_ppm, counting.confidence_ppm) as precision_ppm,
        {{ contribution_ppm(
            'counting.base_score', 'coalesce(weights.weight_ppm, counting.confidence_ppm)',
            'counting.age_days', 'half_lives.half_life_days'
        ) }} as contribution_ppm
    from counting
    inner join half_lives on counting.rule_id = half_lives.rule_id
    left join weights
        on counting.rule_id = weights.rule_id
        and counting.month_number = weights.month_number
),

final as (
    select
        alert_id,
        subject_key,
        rule_id,
        feed,
        base_score,
        precision_ppm,
        age_days,
        contribution_ppm,
        {{ capped_contribution_ppm('subject_key, rule_id', 'alert_id') }} as capped_contribution_ppm
    from weighed
    where contribution_ppm > 0
)

select * from final
