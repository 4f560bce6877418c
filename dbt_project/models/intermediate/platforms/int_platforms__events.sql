with

events as (
    select
        *,
        {{ platform_key('platform_code') }} as platform_key,
        -- Behind a proxy nobody knows where somebody is.
        case
            when not coalesce(is_proxy, false)
                then coalesce({{ place_key('city_code') }}, nullif(country_code, 'CN'))
        end as place_key,
        -- Who only knocks has not been let in.
        event_code not in ('login_failed', 'code_sent') as is_entry
    from {{ ref('stg_platform_events') }}
),

names as (
    select * from {{ ref('int_rulebook__platform_names') }}
    where name_number = 1
),

batches as (
    select * from {{ source('ledger', 'batches') }}
),

ledger as (
    select * from {{ ref('int_subjects__known_things') }}
    where thing_type in ('device', 'place')
),

acknowledged as (
    {{ acknowledged_at_start('ledger') }}
),

known_things as (
    select
        subject_key,
        thing_type,
        case
            when thing_type = 'place' and length(thing_key) = 6 then {{ place_key('thing_key') }}
            else thing_key
        end as thing_key,
        known_from_at,
        known_until_at
    from acknowledged
),

thresholds as (
    {{ thresholds(['learning_days'], owner='KNOWN-PLATFORM') }}
),

-- What a thief used does not become familiar by its use.
misused as (
    select distinct
        subject_key,
        dedup_key as thing_key
    from {{ ref('stg_alert_feedback') }}
    where outcome_code = 'confirmed_misuse'
),

beginnings as (
    select
        subject_key,
        min(occurred_at) as feed_started_at
    from events
    group by subject_key
),

used as (
    select
        platform_code,
        event_id,
        subject_key,
        'device' as thing_type,
        device_token as thing_key,
        is_entry,
        occurred_at
    from events
    where device_token is not null
    union all
    select
        platform_code,
        event_id,
        subject_key,
        'place' as thing_type,
        place_key as thing_key,
        is_entry,
        occurred_at
    from events
    where place_key is not null
),

first_uses as (
    select
        used.subject_key,
        used.thing_type,
        used.thing_key,
        min(used.occurred_at) as first_used_at
    from used
    left join misused
        on used.subject_key = misused.subject_key
        and used.thing_key = misused.thing_key
    where used.is_entry and misused.thing_key is null
    group by used.subject_key, used.thing_type, used.thing_key
),

known as (
    select distinct
        used.platform_code,
        used.event_id,
        used.thing_type
    from used
    inner join known_things
        on used.subject_key = known_things.subject_key
        and used.thing_type = known_things.thing_type
        and used.thing_key = known_things.thing_key
        and used.occurred_at >= known_things.known_from_at
        and (used.occurred_at < known_things.known_until_at or known_things.known_until_at is null)
),

final as (
    select
        {{ stable_id(['events.platform_code', 'events.event_id']) }} as event_key,
        events.platform_code,
        events.event_id,
        events.subject_key,
        events.authorisation_id,
        events.platform_key,
        coalesce(names.institution_name, events.platform_code) as institution_group,
        events.platform_class,
        events.event_code,
        events.is_entry,
        events.occurred_at,
        events.device_token,
        events.device_type_code,
        events.place_key,
        coalesce(events.is_proxy, false) as is_proxy,
        events.is_new_device,
        coalesce(devices.first_used_at < events.occurred_at, false) as is_device_seen,
        coalesce(places.first_used_at < events.occurred_at, false) as is_place_seen,
        known_devices.thing_type is not null as is_device_known,
        known_places.thing_type is not null as is_place_known,
        -- A thief's device is seen as soon as it was used twice; it is the person's when it was there in
        -- the first days, when it lasts, or when the person says so.
        known_devices.thing_type is not null
        or coalesce(
            devices.first_used_at < events.occurred_at
            and (
                devices.first_used_at < {{ add_hours(
                    'beginnings.feed_started_at', '24 * thresholds.learning_days'
                ) }}
                or events.occurred_at >= {{ add_hours(
                    'devices.first_used_at', '24 * thresholds.learning_days'
                ) }}
            ),
            false
        ) as is_device_trusted,
        beginnings.feed_started_at,
        events.occurred_at < {{ add_hours(
            'beginnings.feed_started_at', '24 * thresholds.learning_days'
        ) }} as is_learning,
        events.first_received_at as available_at,
        batches.loaded_at as detected_at,
        events.first_delivery_id as delivery_id,
        events.first_line_number as line_number,
        {{ local_date('events.occurred_at') }} as business_date
    from events
    inner join beginnings on events.subject_key = beginnings.subject_key
    inner join thresholds on {{ in_force(local_date('events.occurred_at')) }}
    left join first_uses as devices
        on events.subject_key = devices.subject_key
        and devices.thing_type = 'device'
        and events.device_token = devices.thing_key
    left join first_uses as places
        on events.subject_key = places.subject_key
        and places.thing_type = 'place'
        and events.place_key = places.thing_key
    left join known as known_devices
        on events.platform_code = known_devices.platform_code
        and events.event_id = known_devices.event_id
        and known_devices.thing_type = 'device'
    left join known as known_places
        on events.platform_code = known_places.platform_code
        and events.event_id = known_places.event_id
        and known_places.thing_type = 'place'
    left join names
        on events.platform_key = names.platform_key
        and {{ valid_on('names', local_date('events.occurred_at')) }}
    left join batches on events.first_delivery_id = batches.delivery_id
)

select * from final
