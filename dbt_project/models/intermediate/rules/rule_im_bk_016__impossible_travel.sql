-- Two places in a row so far apart that nobody travels between them in the time.
with

events as (
    select * from {{ ref('int_subjects__located_events') }}
),

known_things as (
    select * from {{ ref('int_subjects__known_things') }}
    where thing_type in ('place', 'device')
),

thresholds as (
    {{ thresholds(['min_distance_metres', 'max_speed_kmh']) }}
),

candidates as (
    select
        *,
        lag(event_at) over (partition by subject_key order by event_at, event_key) as from_at,
        lag(place_key) over (partition by subject_key order by event_at, event_key) as from_place_key,
        lag(place_name) over (partition by subject_key order by event_at, event_key) as from_place_name,
        lag(feed) over (partition by subject_key order by event_at, event_key) as from_feed,
        lag(latitude_microdegrees) over (partition by subject_key order by event_at, event_key)
            as from_latitude,
        lag(longitude_microdegrees) over (partition by subject_key order by event_at, event_key)
            as from_longitude,
        lag(available_at) over (partition by subject_key order by event_at, event_key)
            as from_available_at,
        lag(detected_at) over (partition by subject_key order by event_at, event_key)
            as from_detected_at
    from events
),

measured as (
    select
        candidates.*,
        {{ great_circle_metres(
            'candidates.latitude_microdegrees', 'candidates.longitude_microdegrees',
            'candidates.from_latitude', 'candidates.from_longitude'
        ) }} as distance_metres,
        {{ seconds_between('candidates.from_at', 'candidates.event_at') }} as travel_seconds,
        thresholds.min_distance_metres,
        thresholds.max_speed_kmh
    from candidates
    inner join thresholds on {{ in_force('candidates.business_date') }}
    where candidates.from_at is not null
),

hops as (
    select
        *,
        distance_metres > min_distance_metres
        and distance_metres * 3600 > max_speed_kmh * 1000 * travel_seconds as is_impossible
    from measured
),

followed as (
    select
        *,
        lag(is_impossible) over (partition by subject_key order by event_at, event_key)
            as is_previous_impossible,
        lag(from_place_key) over (partition by subject_key order by event_at, event_key)
            as place_before_key
    from hops
),

-- Back from the place that was impossible to reach: the odd one was told already.
judged as (
    select * from followed
    where
        is_impossible
        and not (
            coalesce(is_previous_impossible, false) and coalesce(place_before_key = place_key, false)
        )
),

places_known as (
    {{ known_at('judged', 'event_key', "'place'", 'place_key', 'event_at') }}
),

devices_known as (
    {{ known_at('judged', 'event_key', "'device'", 'device_token', 'event_at') }}
),

described as (
    select
        judged.subject_key,
        judged.feed,
        judged.place_key as dedup_key,
        judged.source_id,
        judged.event_at,
        greatest(judged.available_at, judged.from_available_at) as available_at,
        greatest(judged.detected_at, judged.from_detected_at) as detected_at,
        {{ json_text({
            'from_place': 'judged.from_place_name', 'from_at': timestamp_text('judged.from_at'),
            'from_feed': 'judged.from_feed', 'to_place': 'judged.place_name',
            'distance_km': integer_divide('judged.distance_metres', 1000),
            'minutes_between': integer_divide('judged.travel_seconds', 60),
            'speed_kmh': integer_divide(
                'judged.distance_metres * 3600', '(greatest(judged.travel_seconds, 1) * 1000)'
            ),
        }) }} as evidence,
        cast(null as {{ dbt.type_string() }}) as exit_reason,
        case
            when devices_known.event_key is not null then 'known_device'
            when places_known.event_key is not null then 'known_place'
        end as suppression_reason,
        judged.place_name,
        case when judged.feed = 'bank_statements' then 'card' else 'platform' end as channel_code,
        judged.delivery_id,
        judged.line_number
    from judged
    left join places_known on judged.event_key = places_known.event_key
    left join devices_known on judged.event_key = devices_known.event_key
),

final as (
    {{ rule_rows('described', stated=['place_name', 'channel_code']) }}
)

select * from final
