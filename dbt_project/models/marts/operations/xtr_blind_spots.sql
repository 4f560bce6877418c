with

freshness as (
    select * from {{ ref('int_feeds__freshness') }}
    where next_fresh_at is null
),

as_of as (
    select * from {{ ref('int_service__as_of') }}
),

pauses as (
    select * from {{ ref('int_subjects__declared_plans') }}
    where plan_type = 'pause'
),

aged as (
    select
        freshness.*,
        as_of.as_of_at,
        {{ add_hours('freshness.fresh_at', '24 * freshness.age_limit_days') }} as stale_at
    from freshness
    cross join as_of
),

-- Another grant of the same person may bring the feed; then it is not blind.
watched as (
    select distinct
        subject_key,
        feed
    from aged
    where ended_at > as_of_at and stale_at >= as_of_at
),

paused as (
    select distinct pauses.subject_key
    from pauses
    cross join as_of
    where
        pauses.holds_from_at <= as_of.as_of_at
        and (pauses.holds_until_at is null or pauses.holds_until_at > as_of.as_of_at)
),

blind as (
    select
        aged.*,
        case
            when aged.revoked_at <= aged.as_of_at then 'consent_withdrawn'
            when aged.ended_at <= aged.as_of_at then 'consent_expired'
            else 'feed_stale'
        end as spot_code,
        case when aged.ended_at <= aged.as_of_at then aged.ended_at else aged.stale_at end as blind_from_at
    from aged
    left join watched on aged.subject_key = watched.subject_key and aged.feed = watched.feed
    where watched.subject_key is null and (aged.ended_at <= aged.as_of_at or aged.stale_at < aged.as_of_at)
),

final as (
    select
        {{ stable_id(['blind.authorisation_id', 'blind.feed']) }} as spot_id,
        blind.subject_key,
        blind.feed,
        blind.spot_code,
        {{ timestamp_text(local_timestamp('blind.blind_from_at')) }} as blind_from_shanghai,
        blind.blind_from_at,
        blind.fresh_at as last_fresh_at,
        blind.age_limit_days,
        {{ days_between(local_date('blind.blind_from_at'), local_date('blind.as_of_at')) }} as blind_days,
        paused.subject_key is not null as is_paused,
        blind.authorisation_id,
        blind.delivery_id,
        blind.line_number
    from blind
    left join paused on blind.subject_key = paused.subject_key
)

select * from final
