-- A registration or login with a device, from a place or at a platform that is not the person's.
with

events as (
    select * from {{ ref('int_platforms__events') }}
    where event_code in ('registered', 'login', 'device_bound')
),

lookup_keys as (
    select * from {{ ref('int_platforms__lookup_keys') }}
),

known_platforms as (
    select * from {{ ref('int_subjects__known_platforms') }}
),

thresholds as (
    {{ thresholds(['grave_score', 'device_score', 'weak_score']) }}
),

platforms as (
    select
        events.event_key,
        max(case when known_platforms.is_ledger then 1 else 0 end) as ledger_count,
        max(case when known_platforms.is_ledger then 0 else 1 end) as history_count
    from events
    inner join lookup_keys on events.platform_key = lookup_keys.platform_key
    inner join known_platforms
        on events.subject_key = known_platforms.subject_key
        and lookup_keys.lookup_key = known_platforms.lookup_key
        and (
            events.occurred_at > known_platforms.known_from_at
            or (known_platforms.is_ledger and events.occurred_at = known_platforms.known_from_at)
        )
        and (
            events.occurred_at < known_platforms.known_until_at
            or known_platforms.known_until_at is null
        )
    where events.event_code = 'registered'
    group by events.event_key
),

compared as (
    select
        events.*,
        events.event_code = 'registered' and coalesce(platforms.history_count, 0) = 0 as is_platform_new,
        coalesce(platforms.ledger_count, 0) > 0 as is_platform_known,
        case
            when events.device_token is null then coalesce(events.is_new_device, false)
            else not events.is_device_seen
        end as is_device_new,
        events.place_key is not null and not events.is_place_seen as is_place_new,
        events.device_token is null and events.is_new_device is null and events.place_key is null
            as is_blank
    from events
    left join platforms on events.event_key = platforms.event_key
),

reasons as (
    select
        *,
        is_platform_new and not is_platform_known as has_strange_platform,
        is_device_new and not is_device_known as has_strange_device,
        is_place_new
        and not is_place_known
        -- Where the person's own device is, there is the person.
        and not is_device_trusted as has_strange_place
    from compared
    where is_platform_new or is_device_new or is_place_new or is_blank
),

graded as (
    select
        reasons.*,
        has_strange_platform or has_strange_device or has_strange_place as is_strange,
        case
            when has_strange_device and (has_strange_place or has_strange_platform) then 'high'
            when has_strange_device then 'medium'
            else 'low'
        end as severity_code,
        case
            when has_strange_device and (has_strange_place or has_strange_platform)
                then thresholds.grave_score
            when has_strange_device then thresholds.device_score
            else thresholds.weak_score
        end as base_score
    from reasons
    inner join thresholds on {{ in_force('reasons.business_date') }}
),

described as (
    select
        subject_key,
        'platform_events' as feed,
        coalesce(
            case when has_strange_device then device_token end,
            case when has_strange_platform then platform_key end,
            case when has_strange_place then place_key end,
            device_token,
            platform_key
        ) as dedup_key,
        event_key as source_id,
        occurred_at as event_at,
        available_at,
        detected_at,
        {{ json_text({
            'event_code': 'event_code', 'platform': 'platform_key', 'platform_class': 'platform_class',
            'device_type_code': 'device_type_code', 'place': 'place_key',
            'is_unknown_device': 'case when has_strange_device then 1 else 0 end',
            'is_unknown_place': 'case when has_strange_place then 1 else 0 end',
            'is_unknown_platform': 'case when has_strange_platform then 1 else 0 end',
            'is_proxy': 'case when is_proxy then 1 else 0 end',
        }) }} as evidence,
        case
            when is_learning then 'insufficient_history'
            when not is_platform_new and not is_device_new and not is_place_new then 'parse_low_confidence'
        end as exit_reason,
        case
            when is_strange then null
            when is_device_new then 'known_device'
            when is_place_known then 'known_place'
            when is_place_new then 'known_device'
            when is_platform_new then 'known_platform'
        end as suppression_reason,
        severity_code,
        base_score,
        institution_group,
        place_key as place_name,
        delivery_id,
        line_number
    from graded
),

final as (
    {{ rule_rows('described', stated=['severity_code', 'base_score', 'institution_group', 'place_name']) }}
)

select * from final
