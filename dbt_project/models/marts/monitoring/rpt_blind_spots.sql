with

freshness as (
    select * from {{ ref('int_feeds__freshness') }}
    where next_fresh_at is null
),

as_of as (
    select * from {{ ref('int_service__as_of') }}
),

grants as (
    select * from {{ ref('stg_authorisations') }}
),

flags as (
    select * from {{ ref('fct_flags') }}
    where rule_id = 'IM-MT-025'
),

aged as (
    select
        freshness.*,
        as_of.as_of_at,
        {{ add_hours('freshness.fresh_at', '24 * freshness.age_limit_days') }} as stale_at
    from freshness
    cross join as_of
),

-- Another grant may still be looking through the same feed.
blind as (
    select
        *,
        row_number() over (
            partition by subject_key, feed
            order by stale_at desc, authorisation_id
        ) as grant_rank
    from aged
    where as_of_at < ended_at
),

reasons as (
    select
        subject_key,
        feed,
        event_at,
        max(suppression_reason) as suppression_reason
    from flags
    group by subject_key, feed, event_at
),

final as (
    select
        blind.subject_key,
        blind.feed,
        grants.scope_code,
        blind.authorisation_id,
        case when blind.feed = grants.scope_code then 'nothing_came' else 'feed_stale' end as reason_code,
        blind.fresh_at,
        blind.stale_at,
        blind.age_limit_days,
        {{ days_between(local_date('blind.fresh_at'), local_date('blind.as_of_at')) }} as age_days,
        reasons.suppression_reason,
        blind.as_of_at
    from blind
    inner join grants on blind.authorisation_id = grants.authorisation_id
    left join reasons
        on blind.subject_key = reasons.subject_key
        and blind.feed = reasons.feed
        and blind.stale_at = reasons.event_at
    where blind.grant_rank = 1 and blind.stale_at < blind.as_of_at
)

select * from final
