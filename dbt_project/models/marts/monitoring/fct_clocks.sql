with

clocks as (
    select * from {{ ref('int_cases__clocks') }}
),

as_of as (
    select * from {{ ref('int_service__as_of') }}
),

thresholds as (
    {{ thresholds([
        'notify_hours', 'support_hours', 'freeze_hours', 'objection_days', 'complaint_days', 'soon_hours',
        'soon_days_hours',
    ], owner='CLOCK') }}
),

limited as (
    select
        clocks.*,
        as_of.as_of_at,
        case clocks.clock_code
            when 'notify' then thresholds.notify_hours
            when 'support_24h' then thresholds.support_hours
            when 'freeze' then thresholds.freeze_hours
        end as limit_hours,
        case clocks.clock_code
            when 'objection_20d' then thresholds.objection_days
            when 'complaint_30d' then thresholds.complaint_days
        end as limit_days,
        thresholds.soon_hours,
        thresholds.soon_days_hours
    from clocks
    cross join as_of
    inner join thresholds on {{ in_force(local_date('clocks.started_at')) }}
    where clocks.started_at <= as_of.as_of_at
),

-- A limit in days does not count the day on which it starts and ends with its last day in Shanghai.
due as (
    select
        *,
        case
            when limit_hours is not null then {{ add_hours('started_at', 'limit_hours') }}
            else {{ day_start(add_days(local_date('started_at'), 'limit_days + 1')) }} - interval '1' second
        end as due_at,
        case when limit_hours is not null then soon_hours else soon_days_hours end as warning_hours
    from limited
),

final as (
    select
        {{ stable_id(['clock_code', 'source_id']) }} as clock_id,
        subject_key,
        case_id,
        incident_id,
        clock_code,
        source_id,
        started_at,
        due_at,
        stopped_at,
        case
            when stopped_at <= due_at then 'met'
            when stopped_at > due_at then 'missed'
            when as_of_at > due_at then 'overdue'
            when as_of_at >= {{ add_hours('due_at', '-warning_hours') }} then 'due_soon'
            else 'running'
        end as status_code
    from due
)

select * from final
