-- Many institutions asked for the report at once, because of applications.
with

enquiries as (
    select
        *,
        coalesce(institution_group, enquiry_key) as asker_key
    from {{ ref('int_credit__classed_enquiries') }}
    where class_code = 'hard'
),

plans as (
    select * from {{ ref('int_credit__declared_plans') }}
    where plan_type = 'credit_shopping'
),

thresholds as (
    {{ thresholds([
        'week_days', 'min_week_count', 'month_days', 'min_month_count', 'history_days', 'plan_days',
        'first_report_days',
    ]) }}
),

days as (
    select
        subject_key,
        enquired_date,
        min(event_at) as event_at,
        min_by(delivery_id, enquiry_key) as delivery_id,
        min_by(line_number, enquiry_key) as line_number,
        max(case when is_news then 1 else 0 end) = 1 as is_news,
        min(age_days) as age_days
    from enquiries
    group by subject_key, enquired_date
),

counted as (
    select
        days.subject_key,
        days.enquired_date,
        count(distinct case
            when enquiries.enquired_date > {{ add_days('days.enquired_date', '-thresholds.week_days') }}
                then enquiries.asker_key
        end) as week_count,
        count(distinct enquiries.asker_key) as month_count,
        count(*) as enquiry_count,
        min(enquiries.enquired_date) as first_date,
        max(enquiries.available_at) as available_at,
        max(enquiries.detected_at) as detected_at
    from days
    inner join thresholds on {{ in_force('days.enquired_date') }}
    inner join enquiries
        on days.subject_key = enquiries.subject_key
        and days.enquired_date >= enquiries.enquired_date
        and enquiries.enquired_date > {{ add_days('days.enquired_date', '-thresholds.month_days') }}
    group by days.subject_key, days.enquired_date
),

-- The busiest of the windows that ended before the judged one began.
busiest as (
    select
        days.subject_key,
        days.enquired_date,
        max(counted.month_count) as max_month_count
    from days
    inner join thresholds on {{ in_force('days.enquired_date') }}
    inner join counted
        on days.subject_key = counted.subject_key
        and counted.enquired_date <= {{ add_days('days.enquired_date', '-thresholds.month_days') }}
        and counted.enquired_date > {{ add_days('days.enquired_date', '-thresholds.history_days') }}
    group by days.subject_key, days.enquired_date
),

bursts as (
    select
        days.*,
        counted.week_count,
        counted.month_count,
        counted.enquiry_count,
        counted.first_date,
        coalesce(busiest.max_month_count, 0) as max_month_count,
        counted.available_at,
        counted.detected_at,
        thresholds.plan_days
    from days
    inner join thresholds on {{ in_force('days.enquired_date') }}
    inner join counted
        on days.subject_key = counted.subject_key
        and days.enquired_date = counted.enquired_date
    left join busiest
        on days.subject_key = busiest.subject_key
        and days.enquired_date = busiest.enquired_date
    where
        (days.is_news or days.age_days <= thresholds.first_report_days)
        and (
            counted.week_count >= thresholds.min_week_count
            or (
                counted.month_count >= thresholds.min_month_count
                and counted.month_count > coalesce(busiest.max_month_count, 0)
            )
        )
),

planned as (
    select distinct
        bursts.subject_key,
        bursts.enquired_date
    from bursts
    inner join plans
        on bursts.subject_key = plans.subject_key
        and plans.holds_from_date <= {{ add_days('bursts.enquired_date', 'bursts.plan_days') }}
        and (
            plans.holds_until_date is null
            or plans.holds_until_date >= {{ add_days('bursts.enquired_date', '-bursts.plan_days') }}
        )
),

described as (
    select
        bursts.subject_key,
        'credit_reports' as feed,
        'hard_enquiries' as dedup_key,
        cast(bursts.enquired_date as {{ dbt.type_string() }}) as source_id,
        bursts.event_at,
        bursts.available_at,
        bursts.detected_at,
        {{ json_text({
            'week_count': 'bursts.week_count', 'month_count': 'bursts.month_count',
            'enquiry_count': 'bursts.enquiry_count', 'max_month_count': 'bursts.max_month_count',
            'first_date': "cast(bursts.first_date as " ~ dbt.type_string() ~ ")",
            'last_date': "cast(bursts.enquired_date as " ~ dbt.type_string() ~ ")",
        }) }} as evidence,
        cast(null as {{ dbt.type_string() }}) as exit_reason,
        case when planned.subject_key is not null then 'declared_plan' end as suppression_reason,
        bursts.delivery_id,
        bursts.line_number
    from bursts
    left join planned
        on bursts.subject_key = planned.subject_key
        and bursts.enquired_date = planned.enquired_date
),

final as (
    {{ rule_rows('described') }}
)

select * from final
