{{ config(materialized='view') }}
-- An outflow's score: its own facts, and in so far as it is unusual itself, those of the day before it.
with

facts as (
    select * from {{ ref('int_scores__movement_facts') }}
),

thresholds as (
    {{ thresholds(['scale_points', 'context_from_points', 'min_score'], owner='MOVEMENT-SCORE') }}
),

added as (
    select
        *,
        outlier_millipoints + usual_millipoints + category_millipoints + own_category_millipoints
        + payee_misuse_millipoints as amount_millipoints,
        night_millipoints + new_payee_millipoints + new_category_millipoints + velocity_millipoints
        + first_payee_millipoints + probing_millipoints + travel_millipoints as circumstance_millipoints
    from facts
),

preceded as (
    select
        added.*,
        coalesce(sum(added.amount_millipoints) over (
            partition by added.subject_key
            order by added.judged_at
            range between interval '24' hour preceding and interval '1' second preceding
        ), 0) as earlier_millipoints,
        thresholds.scale_points,
        thresholds.context_from_points,
        thresholds.min_score
    from added
    inner join thresholds on {{ in_force('added.business_date') }}
    where added.amount_millipoints + added.circumstance_millipoints > 0
),

summed as (
    select
        *,
        amount_millipoints + circumstance_millipoints + {{ integer_divide(
            'earlier_millipoints * least(amount_millipoints, 1000 * context_from_points)',
            '1000 * context_from_points'
        ) }} as sum_millipoints
    from preceded
),

final as (
    select
        movement_key,
        subject_key,
        feed,
        payee_token,
        category_name,
        outflow_fen,
        judged_at,
        cast(amount_millipoints as bigint) as amount_millipoints,
        cast(circumstance_millipoints as bigint) as circumstance_millipoints,
        cast(earlier_millipoints as bigint) as earlier_millipoints,
        cast(sum_millipoints as bigint) as sum_millipoints,
        cast(floor(round(
            100 * (1 - exp(-cast(sum_millipoints as double) / (1000 * scale_points))), 6
        )) as bigint) as score,
        100 * (1 - exp(-cast(sum_millipoints as double) / (1000 * scale_points))) >= min_score as is_flagged,
        available_at,
        detected_at,
        business_date
    from summed
)

select * from final
