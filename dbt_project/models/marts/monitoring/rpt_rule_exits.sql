with

flags as (
    select * from {{ ref('int_alerts__flags') }}
    where exit_reason is not null
),

final as (
    select
        rule_id,
        feed,
        exit_reason,
        count(*) as row_count,
        count(distinct subject_key) as subject_count,
        min(event_at) as first_event_at,
        max(event_at) as last_event_at
    from flags
    group by rule_id, feed, exit_reason
)

select * from final
