with

flags as (
    select * from {{ ref('fct_alert_flags') }}
),

timed as (
    select
        feed,
        {{ seconds_between('event_at', 'available_at') }} as event_to_available,
        {{ seconds_between('available_at', 'detected_at') }} as available_to_detected,
        {{ seconds_between('detected_at', 'delivered_at') }} as detected_to_delivered
    from flags
),

final as (
    select
        feed,
        count(*) as flag_count,
        count(detected_to_delivered) as delivered_flag_count
        {%- for gap in ['event_to_available', 'available_to_detected', 'detected_to_delivered'] %},
        {{ percentile(gap, 0.5) }} as {{ gap }}_p50_seconds,
        {{ percentile(gap, 0.95) }} as {{ gap }}_p95_seconds
        {%- endfor %}
    from timed
    group by feed
)

select * from final
