{{ config(severity='warn') }}
-- Without the year's notice every holiday is judged like an ordinary day.
with

as_of as (
    select * from {{ ref('int_service__as_of') }}
    where as_of_at is not null
),

calendar as (
    select * from {{ ref('int_rulebook__calendar') }}
    where is_holiday
)

select as_of.as_of_at
from as_of
left join calendar
    on extract(year from calendar.calendar_date) = extract(year from {{ local_date('as_of.as_of_at') }})
where calendar.calendar_date is null
