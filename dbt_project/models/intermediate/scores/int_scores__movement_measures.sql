{{ config(materialized='view') }}
{%- set earlier -%}
    order by judged_at range between interval '24' hour preceding and interval '1' second preceding
{%- endset %}
with

outflows as (
    select * from {{ ref('int_scores__measured_outflows') }}
),

usual_amounts as (
    select * from {{ ref('int_scores__usual_amounts') }}
),

category_amounts as (
    select * from {{ ref('int_scores__category_amounts') }}
),

own_categories as (
    select * from {{ ref('int_scores__own_categories') }}
),

payee_misuse as (
    select * from {{ ref('int_scores__payee_misuse') }}
),

thresholds as (
    {{ thresholds(['probe_fen'], owner='MOVEMENT-SCORE') }}
),

named as (
    select
        outflows.*,
        lag(outflows.day_number) over (
            partition by outflows.subject_key, outflows.payee_token
            order by outflows.judged_at, outflows.movement_key
        ) as payee_day,
        lag(outflows.day_number) over (
            partition by outflows.subject_key, outflows.category_key
            order by outflows.judged_at, outflows.movement_key
        ) as category_day,
        thresholds.probe_fen
    from outflows
    inner join thresholds on {{ in_force('outflows.business_date') }}
),

novel as (
    select
        *,
        payee_token is not null and (
            payee_day is null or payee_day < day_number - {{ var('baseline_days') }}
        ) as is_new_payee,
        category_name is not null and (
            category_day is null or category_day < day_number - {{ var('baseline_days') }}
        ) as is_new_category
    from named
),

preceded as (
    select
        *,
        count(*) over (partition by subject_key {{ earlier }}) as recent_count,
        sum(case when is_new_payee and outflow_fen <= probe_fen then 1 else 0 end) over (
            partition by subject_key {{ earlier }}
        ) as probe_count,
        lag(judged_at) over (partition by subject_key order by judged_at, movement_key) as place_at,
        lag(latitude) over (partition by subject_key order by judged_at, movement_key) as place_latitude,
        lag(longitude) over (partition by subject_key order by judged_at, movement_key) as place_longitude
    from novel
),

final as (
    select
        preceded.*,
        coalesce(usual_amounts.outflow_count, 0) as usual_count,
        usual_amounts.timed_count,
        usual_amounts.night_count,
        usual_amounts.median_fen,
        usual_amounts.p95_fen,
        usual_amounts.mad_fen,
        coalesce(category_amounts.outflow_count, 0) as category_count,
        coalesce(category_amounts.as_large_count, 0) as as_large_count,
        own_categories.outflow_count as own_count,
        own_categories.log_sum,
        own_categories.log_square_sum,
        coalesce(payee_misuse.share_ppm, 0) as payee_misuse_ppm,
        {{ kilometres(
            'preceded.latitude', 'preceded.longitude', 'preceded.place_latitude', 'preceded.place_longitude'
        ) }} as distance_km,
        {{ seconds_between('preceded.place_at', 'preceded.judged_at') }} as place_seconds
    from preceded
    left join usual_amounts
        on preceded.subject_key = usual_amounts.subject_key
        and preceded.day_number = usual_amounts.day_number
    left join category_amounts
        on preceded.category_key = category_amounts.category_key
        and preceded.day_number = category_amounts.day_number
        and preceded.amount_bin = category_amounts.amount_bin
    left join own_categories
        on preceded.subject_key = own_categories.subject_key
        and preceded.category_key = own_categories.category_key
        and preceded.day_number = own_categories.day_number
    left join payee_misuse
        on preceded.payee_token = payee_misuse.payee_token
        and preceded.day_number = payee_misuse.day_number
)

select * from final
