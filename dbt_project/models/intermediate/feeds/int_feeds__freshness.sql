with

grants as (
    select * from {{ ref('stg_authorisations') }}
),

feeds as (
    {%- for feed in granted_feeds() %}
    select
        '{{ feed.name }}' as feed,
        '{{ feed.scope_code }}' as scope_code,
        cast({{ feed.age_limit_days }} as bigint) as age_limit_days
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

arrivals as (
    {%- for feed in granted_feeds() %}
    select
        '{{ feed.name }}' as feed,
        subject_key,
        _delivery_id as delivery_id,
        min(_line_number) as line_number,
        max(_received_at) as received_at
    from {{ source('raw', feed.name) }}
    where {{ known_by_as_of() }}
    group by subject_key, _delivery_id
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

used as (
    select distinct subject_key, feed from arrivals
),

users as (
    select distinct used.subject_key, feeds.scope_code
    from used
    inner join feeds on used.feed = feeds.feed
),

-- A person is watched through the feeds that they use; who has delivered nothing, through all.
watches as (
    select
        grants.*,
        feeds.feed,
        feeds.age_limit_days
    from grants
    inner join feeds on grants.scope_code = feeds.scope_code
    left join used
        on grants.subject_key = used.subject_key
        and feeds.feed = used.feed
    left join users
        on grants.subject_key = users.subject_key
        and grants.scope_code = users.scope_code
    where used.feed is not null or users.subject_key is null
),

moments as (
    select
        authorisation_id,
        subject_key,
        feed,
        age_limit_days,
        revoked_at,
        ended_at,
        granted_at as fresh_at,
        _delivery_id as delivery_id,
        _line_number as line_number
    from watches
    union all
    select
        watches.authorisation_id,
        watches.subject_key,
        watches.feed,
        watches.age_limit_days,
        watches.revoked_at,
        watches.ended_at,
        arrivals.received_at as fresh_at,
        arrivals.delivery_id,
        arrivals.line_number
    from watches
    inner join arrivals
        on watches.subject_key = arrivals.subject_key
        and watches.feed = arrivals.feed
        and watches.granted_at <= arrivals.received_at
        and watches.ended_at > arrivals.received_at
),

final as (
    select
        *,
        lead(fresh_at) over (
            partition by authorisation_id, feed
            order by fresh_at, delivery_id
        ) as next_fresh_at
    from moments
)

select * from final
