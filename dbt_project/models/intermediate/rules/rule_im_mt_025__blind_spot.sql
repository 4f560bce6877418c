-- A feed that a person let us read was silent for longer than its contract allows, or came incomplete.
with

freshness as (
    select * from {{ ref('int_feeds__freshness') }}
),

as_of as (
    select * from {{ ref('int_service__as_of') }}
),

plans as (
    select * from {{ ref('int_subjects__declared_plans') }}
    where plan_type = 'pause'
),

report_queries as (
    select * from {{ ref('stg_report_queries') }}
),

batches as (
    select * from {{ source('ledger', 'batches') }}
),

thresholds as (
    {{ thresholds([
        'min_accepted_ppm', 'free_reports_a_year', 'usual_gaps_count', 'usual_gap_rank', 'usual_gap_multiple',
    ]) }}
),

aged as (
    select
        freshness.*,
        as_of.as_of_at,
        {{ add_hours('freshness.fresh_at', '24 * freshness.age_limit_days') }} as limit_at,
        {{ seconds_between('freshness.fresh_at', 'freshness.next_fresh_at') }} as gap_seconds,
        row_number() over (
            partition by freshness.authorisation_id, freshness.feed
            order by freshness.fresh_at, freshness.delivery_id
        ) as moment_number
    from freshness
    cross join as_of
),

silent as (
    select
        aged.*,
        thresholds.usual_gaps_count,
        thresholds.usual_gap_rank,
        thresholds.usual_gap_multiple
    from aged
    inner join thresholds on {{ in_force(local_date('aged.fresh_at')) }}
    where aged.limit_at < coalesce(aged.next_fresh_at, aged.as_of_at) and aged.limit_at < aged.ended_at
),

-- Who exports once a week, or gets a message now and then, is not blind in between: a silence counts
-- when it is long for the person too. One long gap before makes no habit.
usual_gaps as (
    select
        silent.authorisation_id,
        silent.feed,
        silent.moment_number,
        earlier.gap_seconds as usual_gap_seconds
    from silent
    inner join aged as earlier
        on silent.authorisation_id = earlier.authorisation_id
        and silent.feed = earlier.feed
        and silent.moment_number > earlier.moment_number
        and silent.moment_number <= earlier.moment_number + silent.usual_gaps_count
    qualify row_number() over (
        partition by silent.authorisation_id, silent.feed, silent.moment_number
        order by earlier.gap_seconds desc
    ) = silent.usual_gap_rank
),

expected as (
    select
        silent.*,
        {{ integer_divide('usual_gaps.usual_gap_seconds', 3600) }} as usual_gap_hours,
        greatest(
            silent.limit_at,
            coalesce(
                {{ add_hours('silent.fresh_at', integer_divide(
                    'usual_gaps.usual_gap_seconds * silent.usual_gap_multiple + 3599', 3600
                )) }},
                silent.limit_at
            )
        ) as stale_at
    from silent
    left join usual_gaps
        on silent.authorisation_id = usual_gaps.authorisation_id
        and silent.feed = usual_gaps.feed
        and silent.moment_number = usual_gaps.moment_number
),

-- Gaps that have ended stay facts: what a later delivery brings does not undo the blindness.
silences as (
    select
        subject_key,
        feed,
        authorisation_id as source_id,
        stale_at as event_at,
        {{ json_text({
            'age_limit_days': 'age_limit_days', 'usual_gap_hours': 'usual_gap_hours',
            'fresh_at': timestamp_text('fresh_at'), 'next_fresh_at': timestamp_text('next_fresh_at'),
        }) }} as evidence,
        cast(null as {{ dbt.type_string() }}) as exit_reason,
        delivery_id,
        line_number
    from expected
    where stale_at < coalesce(next_fresh_at, as_of_at) and stale_at < ended_at
),

withdrawals as (
    select
        subject_key,
        feed,
        authorisation_id as source_id,
        revoked_at as event_at,
        cast(null as {{ dbt.type_string() }}) as evidence,
        'consent_withdrawn' as exit_reason,
        delivery_id,
        line_number
    from aged
    where next_fresh_at is null and revoked_at <= as_of_at
),

-- What was quarantined was not seen: a delivery of which too little came through is no news.
incomplete as (
    select
        freshness.subject_key,
        freshness.feed,
        freshness.delivery_id as source_id,
        freshness.fresh_at as event_at,
        {{ json_text({
            'accepted_records': 'max(batches.accepted_records)',
            'physical_records': 'max(batches.physical_records)',
        }) }} as evidence,
        cast(null as {{ dbt.type_string() }}) as exit_reason,
        freshness.delivery_id,
        min(freshness.line_number) as line_number
    from freshness
    inner join batches
        on freshness.delivery_id = batches.delivery_id
        and freshness.feed = batches.feed
    inner join thresholds on {{ in_force(local_date('freshness.fresh_at')) }}
    where
        batches.accepted_records * 1000000 < batches.physical_records * thresholds.min_accepted_ppm
    group by freshness.subject_key, freshness.feed, freshness.delivery_id, freshness.fresh_at
),

judged as (
    select * from silences
    union all
    select * from withdrawals
    union all
    select * from incomplete
),

paused as (
    select distinct
        judged.subject_key,
        judged.source_id,
        judged.event_at
    from judged
    inner join plans
        on judged.subject_key = plans.subject_key
        and judged.event_at >= plans.holds_from_at
        and judged.event_at < coalesce(plans.holds_until_at, {{ add_hours('judged.event_at', 1) }})
),

-- A report that would have to be paid for is not asked for.
quota_used as (
    select
        judged.subject_key,
        judged.source_id,
        judged.event_at
    from judged
    inner join report_queries
        on judged.subject_key = report_queries.subject_key
        and judged.event_at >= report_queries.requested_at
        and report_queries.query_year = extract(year from {{ local_timestamp('judged.event_at') }})
    inner join thresholds on {{ in_force(local_date('judged.event_at')) }}
    where judged.feed = 'credit_reports'
    group by judged.subject_key, judged.source_id, judged.event_at
    having max(report_queries.free_reports_used_count) >= max(thresholds.free_reports_a_year)
),

-- No delivery brings the news of a silence: it is there to be seen when it begins.
described as (
    select
        judged.*,
        judged.feed as dedup_key,
        judged.event_at as available_at,
        judged.event_at as detected_at,
        case
            when paused.subject_key is not null then 'declared_plan'
            when quota_used.subject_key is not null then 'free_quota_used'
        end as suppression_reason
    from judged
    left join paused
        on judged.subject_key = paused.subject_key
        and judged.source_id = paused.source_id
        and judged.event_at = paused.event_at
    left join quota_used
        on judged.subject_key = quota_used.subject_key
        and judged.source_id = quota_used.source_id
        and judged.event_at = quota_used.event_at
),

final as (
    {{ rule_rows('described') }}
)

select * from final
