{{ config(materialized='view') }}
{%- set facts = [
    'outlier', 'usual', 'category', 'own_category', 'payee_misuse', 'night', 'new_payee',
    'new_category', 'velocity', 'first_payee', 'probing', 'travel',
] %}
-- What is unusual about an outflow: each fact with its points, in thousandths.
with

measured as (
    select * from {{ ref('int_scores__movement_measures') }}
),

thresholds as (
    {{ thresholds([
        'min_count', 'min_population_count', 'min_own_count', 'max_tail_ppm', 'spread_floor_ppm',
        'spread_floor_fen', 'travel_km', 'travel_kmh', 'even_outlier_points', 'heavy_outlier_points',
        'usual_points', 'category_points', 'own_category_points', 'payee_misuse_points', 'night_points',
        'new_payee_points', 'new_category_points', 'velocity_points', 'first_payee_points',
        'probing_points', 'travel_points',
    ], owner='MOVEMENT-SCORE') }}
),

judged as (
    select
        measured.*,
        thresholds.*,
        measured.usual_count >= thresholds.min_count as has_history,
        1000000 * measured.p95_fen <= thresholds.max_tail_ppm * measured.median_fen as is_even,
        {{ integer_divide(
            '674500 * greatest(measured.outflow_fen - measured.median_fen, 0)',
            'greatest(measured.mad_fen, '
            ~ integer_divide('measured.median_fen * thresholds.spread_floor_ppm', 1000000)
            ~ ', thresholds.spread_floor_fen)'
        ) }} as robust_z_ppm,
        -- The spread of few outflows is itself uncertain: its relative error falls with their root.
        1 + 1.2 / sqrt(cast(greatest(measured.usual_count, 1) as double)) as doubt,
        measured.log_milli - 1000 * ln(cast(greatest(measured.p95_fen, 1) as double)) as above_p95_milli,
        cast(measured.log_sum as double) / greatest(measured.own_count, 1) as own_mean_milli
    from measured
    inner join thresholds on {{ in_force('measured.business_date') }}
),

spread as (
    select
        *,
        -- A handful of outflows is drawn towards what spreads are like among people.
        sqrt((
            greatest(log_square_sum - own_count * own_mean_milli * own_mean_milli, 0) + 5 * 800.0 * 800.0
        ) / (own_count + 5)) as own_spread_milli
    from judged
),

strengths as (
    select
        *,
        case
            when not has_history then 0.0
            when is_even then even_outlier_points * {{ share_between('robust_z_ppm / doubt', 2000000, 5000000) }}
            else heavy_outlier_points * {{ share_between('robust_z_ppm', 3000000, 9000000) }}
        end as outlier,
        case when has_history then usual_points * {{ share_between('above_p95_milli', -693, 1386) }} else 0 end as usual,
        case
            when category_count < min_population_count then 0.0
            else category_points * {{ share_between(
                '-log10(cast(as_large_count + 1 as double) / (category_count + 1))', 1, 3
            ) }}
        end as category,
        case
            when own_count < min_own_count then 0.0
            else own_category_points * {{ share_between('(log_milli - own_mean_milli) / own_spread_milli', 1, 4) }}
        end as own_category,
        payee_misuse_points * {{ share_between('payee_misuse_ppm', 0, 500000) }} as payee_misuse,
        case
            when has_history and {{ is_night('local_hour') }} then night_points * {{ share_between(
                '-log10(cast(night_count + 1 as double) / (timed_count + 2))', 0, 1
            ) }}
            else 0.0
        end as night,
        case when has_history and is_new_payee then new_payee_points else 0 end as new_payee,
        case when has_history and is_new_category then new_category_points else 0 end as new_category,
        case when has_history then velocity_points * {{ share_between(
            'ln(cast(recent_count + 1 as double) * ' ~ var('baseline_days')
            ~ ' / (usual_count + ' ~ var('baseline_days') ~ '))', 0.693, 2.079
        ) }} else 0.0 end as velocity,
        case when has_history and is_new_payee and outflow_fen > p95_fen then first_payee_points else 0 end as first_payee,
        case when has_history and probe_count > 0 and outflow_fen > p95_fen then probing_points else 0 end as probing,
        case
            when distance_km > travel_km and distance_km * 3600 > travel_kmh * place_seconds then travel_points
            else 0
        end as travel
    from spread
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
        {%- for fact in facts %}
        cast(round(round(1000 * cast(coalesce({{ fact }}, 0) as double), 6)) as bigint) as {{ fact }}_millipoints,
        {%- endfor %}
        available_at,
        detected_at,
        business_date
    from strengths
)

select * from final
