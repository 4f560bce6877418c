with

alerts as (
    select * from {{ ref('xtr_alerts') }}
),

-- Who could not be reached has not answered.
final as (
    select * from alerts
    where coalesce(outcome_code, 'unreachable') = 'unreachable'
)

select * from final
