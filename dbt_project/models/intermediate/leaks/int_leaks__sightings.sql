with

hits as (
    select * from {{ ref('stg_leak_watch_hits') }}
),

exposures as (
    select * from {{ ref('stg_breach_exposures') }}
),

breaches as (
    select * from {{ ref('stg_breaches') }}
),

identifiers as (
    select * from {{ ref('int_subjects__identifiers') }}
),

batches as (
    select * from {{ source('ledger', 'batches') }}
),

hit_tokens as (
    {%- for kind in ['phone', 'email', 'id_number'] %}
    select
        watcher_id,
        hit_id,
        '{{ kind }}' as kind_code,
        {{ kind }}_token as token
    from hits
    where {{ kind }}_token is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- A person is known to be in it as soon as one of the identifiers is there.
matched as (
    select
        hit_tokens.watcher_id,
        hit_tokens.hit_id,
        identifiers.subject_key,
        min(identifiers.available_at) as person_available_at,
        min(identifiers.detected_at) as person_detected_at,
        max(case when hit_tokens.kind_code = 'id_number' then 1 else 0 end) = 1 as has_id_number
    from hit_tokens
    inner join identifiers
        on hit_tokens.kind_code = identifiers.kind_code
        and hit_tokens.token = identifiers.token
    group by hit_tokens.watcher_id, hit_tokens.hit_id, identifiers.subject_key
),

found as (
    select
        'leak_watch_hits' as feed,
        {{ stable_id(["'leak_watch_hits'", 'hits.watcher_id', 'hits.hit_id']) }} as sighting_id,
        matched.subject_key,
        coalesce(
            {{ platform_key('hits.breach_name') }},
            -- The place may be somebody's name.
            hits.source_code || ':' || substr({{ stable_id([
                'coalesce(hits.source_name, hits.watcher_id || hits.hit_id)', 'hits.leaked_date',
            ]) }}, 1, 16)
        ) as stated_key,
        hits.source_code,
        hits.leaked_date,
        hits.data_classes,
        hits.has_password,
        matched.has_id_number,
        true as is_verified,
        false as is_false,
        false as is_spam_list,
        hits.found_at as stated_at,
        greatest(hits.first_received_at, matched.person_available_at) as available_at,
        matched.person_detected_at,
        hits.first_delivery_id as delivery_id,
        hits.first_line_number as line_number
    from hits
    inner join matched
        on hits.watcher_id = matched.watcher_id
        and hits.hit_id = matched.hit_id
),

looked_up as (
    select
        'breach_exposures' as feed,
        {{ stable_id(["'breach_exposures'", 'subject_key', 'looked_up_token', 'breach_name']) }}
            as sighting_id,
        subject_key,
        {{ platform_key('breach_name') }} as stated_key,
        'catalogue' as source_code,
        breached_date as leaked_date,
        data_classes,
        false as has_password,
        false as has_id_number,
        coalesce(is_verified, true) as is_verified,
        coalesce(is_fabricated, false) or coalesce(is_retired, false) as is_false,
        coalesce(is_spam_list, false) as is_spam_list,
        added_at as stated_at,
        first_received_at as available_at,
        cast(null as timestamp) as person_detected_at,
        first_delivery_id as delivery_id,
        first_line_number as line_number
    from exposures
),

sightings as (
    select * from found
    union all
    select * from looked_up
),

-- Who has only the title of a breach means the same one.
titles as (
    select
        {{ platform_key('title') }} as title_key,
        min({{ platform_key('breach_name') }}) as breach_key
    from breaches
    group by {{ platform_key('title') }}
),

final as (
    select
        {{ stable_id(['sightings.sighting_id', 'sightings.subject_key']) }} as sighting_key,
        sightings.feed,
        sightings.subject_key,
        coalesce(titles.breach_key, sightings.stated_key) as breach_key,
        sightings.source_code,
        sightings.leaked_date,
        lower(sightings.data_classes) as data_classes,
        sightings.has_password,
        sightings.has_id_number,
        sightings.is_verified,
        sightings.is_false,
        sightings.is_spam_list,
        least(sightings.stated_at, sightings.available_at) as event_at,
        sightings.available_at,
        greatest(batches.loaded_at, coalesce(sightings.person_detected_at, batches.loaded_at)) as detected_at,
        sightings.delivery_id,
        sightings.line_number,
        {{ local_date('least(sightings.stated_at, sightings.available_at)') }} as business_date
    from sightings
    left join titles on sightings.stated_key = titles.title_key
    left join batches on sightings.delivery_id = batches.delivery_id
)

select * from final
