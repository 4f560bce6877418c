{{ replaces('changed_subjects', 'int_feeds__changed_subjects') }}
with

grants as (
    select * from {{ ref('stg_authorisations') }} as authorisations
    where {{ only_changed_subjects('authorisations') }}
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

scopes as (
    select
        scope_code,
        max(age_limit_days) as age_limit_days
    from feeds
    group by scope_code
),

arrivals as (
    {%- for feed in granted_feeds() %}
    select
        '{{ feed.name }}' as feed,
        subject_key,
        _delivery_id as delivery_id,
        min(_line_number) as line_number,
        max(_received_at) as received_at
    from {{ source('raw', feed.name) }} as {{ feed.name }}
    where {{ known_by_as_of() }} and {{ only_changed_subjects(feed.name) }}
    group by subject_key, _delivery_id
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

-- Under every grant that held when they came: the later of two grants is no silence of the earlier.
covered as (
    select
        grants.authorisation_id,
        grants.subject_key,
        feeds.feed,
        feeds.age_limit_days,
        grants.revoked_at,
        grants.ended_at,
        arrivals.received_at as fresh_at,
        arrivals.delivery_id,
        arrivals.line_number
    from grants
    inner join feeds on grants.scope_code = feeds.scope_code
    inner join arrivals
        on grants.subject_key = arrivals.subject_key
        and feeds.feed = arrivals.feed
        and grants.granted_at <= arrivals.received_at
        and grants.ended_at > arrivals.received_at
),

first_arrivals as (
    select
        authorisation_id,
        min(fresh_at) as fresh_at
    from covered
    group by authorisation_id
),

-- Until anything has come it is the grant that is silent, whichever of its feeds the person uses.
starts as (
    select
        grants.authorisation_id,
        grants.subject_key,
        grants.scope_code as feed,
        scopes.age_limit_days,
        grants.revoked_at,
        grants.ended_at,
        grants.granted_at as fresh_at,
        grants._delivery_id as delivery_id,
        grants._line_number as line_number,
        first_arrivals.fresh_at as next_fresh_at
    from grants
    inner join scopes on grants.scope_code = scopes.scope_code
    left join first_arrivals on grants.authorisation_id = first_arrivals.authorisation_id
),

final as (
    select * from starts
    union all
    select
        *,
        lead(fresh_at) over (
            partition by authorisation_id, feed
            order by fresh_at, delivery_id
        ) as next_fresh_at
    from covered
)

select * from final
