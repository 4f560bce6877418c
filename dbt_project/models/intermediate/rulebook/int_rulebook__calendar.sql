with

as_of as (
    select * from {{ ref('int_service__as_of') }}
),

known as (
    select calendar_days.*
    from {{ ref('calendar_days') }} as calendar_days
    inner join as_of on calendar_days.known_from <= {{ local_date('as_of.as_of_at') }}
    qualify row_number() over (
        partition by calendar_days.calendar_date, calendar_days.day_type
        order by calendar_days.known_from desc
    ) = 1
),

final as (
    select
        calendar_date,
        max(case when day_type in ('holiday', 'spring_festival') then 1 else 0 end) = 1 as is_holiday,
        max(case when day_type = 'spring_festival' then 1 else 0 end) = 1 as is_spring_festival,
        max(case when day_type = 'workday' then 1 else 0 end) = 1 as is_makeup_workday,
        max(case when day_type = 'shopping_day' then 1 else 0 end) = 1 as is_shopping_day,
        max(case when day_type = 'payday' then 1 else 0 end) = 1 as is_payday,
        max(case when day_type in ('holiday', 'spring_festival', 'shopping_day') then 1 else 0 end) = 1
            as is_spending_day
    from known
    where is_in_force
    group by calendar_date
)

select * from final
