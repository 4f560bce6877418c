{{ judged_by_day() }}
with

movements as (
    select * from {{ ref('int_subjects__movements') }} as movements
    where is_outflow and {{ only_judged('movements', lookback_days=1) }}
),

{%- for rule in ['IM-BK-011', 'IM-BK-013'] %}
thresholds_{{ loop.index }} as (
    {{ thresholds(['min_amount_fen'], owner=rule) }}
),
{% endfor %}
-- Large enough for a rule that judges single outflows.
large_days as (
    {%- for number in [1, 2] %}
    select distinct movements.subject_key, movements.business_date
    from movements
    inner join thresholds_{{ number }} as thresholds on {{ in_force('movements.business_date') }}
    where -movements.amount_fen >= thresholds.min_amount_fen
    {%- if not loop.last %}
    union
    {%- endif %}
    {%- endfor %}
),

outflow_days as (
    select distinct subject_key, business_date from movements
),

night_days as (
    select distinct subject_key, business_date from movements
    where {{ is_night('local_hour') }}
),

-- A burst around midnight may have begun the day before or end the day after.
near_nights as (
    {%- for days in [-1, 0, 1] %}
    select subject_key, {{ add_days('business_date', days) }} as business_date from night_days
    {%- if not loop.last %}
    union
    {%- endif %}
    {%- endfor %}
),

burst_days as (
    select outflow_days.*
    from outflow_days
    inner join near_nights
        on outflow_days.subject_key = near_nights.subject_key
        and outflow_days.business_date = near_nights.business_date
),

final as (
    select
        days.subject_key,
        max(days.is_large) = 1 as has_large_outflow,
        max(days.is_near_night) = 1 as is_near_night,
        days.business_date
    from (
        select subject_key, business_date, 1 as is_large, 0 as is_near_night from large_days
        union all
        select subject_key, business_date, 0 as is_large, 1 as is_near_night from burst_days
    ) as days
    where {{ only_judged('days') }}
    group by days.subject_key, days.business_date
)

select * from final
