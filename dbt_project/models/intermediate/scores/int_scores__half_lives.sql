with

rules as (
    select
        rule_id,
        'half_life_days_' || lower(split_part(rule_id, '-', 2)) as family_threshold_name
    from {{ ref('int_rulebook__rules') }}
),

as_of as (
    select * from {{ ref('int_service__as_of') }}
    where as_of_at is not null
),

thresholds as (
    select thresholds.*
    from {{ ref('int_rulebook__thresholds') }} as thresholds
    inner join as_of on {{ in_force(local_date('as_of.as_of_at')) }}
    where thresholds.rule_id = 'SCORE'
),

final as (
    select
        rules.rule_id,
        coalesce(
            max(case when thresholds.threshold_name <> 'half_life_days' then thresholds.threshold_value end),
            max(thresholds.threshold_value)
        ) as half_life_days
    from rules
    inner join thresholds
        on thresholds.threshold_name in ('half_life_days', rules.family_threshold_name)
    group by rules.rule_id
)

select * from final
