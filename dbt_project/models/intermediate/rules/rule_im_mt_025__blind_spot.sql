-- A feed that a person let us read was silent for longer than its contract allows.
with

freshness as (
    select * from {{ ref('int_feeds__freshness') }}
),

as_of as (
    select * from {{ ref('int_service__as_of') }}
),

aged as (
    select
        freshness.*,
        as_of.as_of_at,
        {{ add_hours('freshness.fresh_at', '24 * freshness.age_limit_days') }} as stale_at
    from freshness
    cross join as_of
),

-- Gaps that have ended stay facts: what a later delivery brings does not undo the blindness.
silences as (
    select
        subject_key,
        feed,
        authorisation_id as source_id,
        stale_at as event_at,
        {{ json_text({
            'age_limit_days': 'age_limit_days', 'fresh_at': timestamp_text('fresh_at'),
            'next_fresh_at': timestamp_text('next_fresh_at'),
        }) }} as evidence,
        cast(null as {{ dbt.type_string() }}) as exit_reason,
        delivery_id,
        line_number
    from aged
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

judged as (
    select * from silences
    union all
    select * from withdrawals
),

-- No delivery brings the news of a silence: it is there to be seen when it begins.
described as (
    select
        *,
        feed as dedup_key,
        event_at as available_at,
        event_at as detected_at,
        cast(null as {{ dbt.type_string() }}) as suppression_reason
    from judged
),

final as (
    {{ rule_rows('described') }}
)

select * from final
