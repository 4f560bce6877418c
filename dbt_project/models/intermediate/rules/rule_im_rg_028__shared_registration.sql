-- One ID number registered by two people, or one device that verified many of them.
with

people as (
    select * from {{ ref('stg_people') }}
),

verifications as (
    select * from {{ ref('stg_verifications') }}
    where device_token is not null
),

known_things as (
    select * from {{ ref('int_subjects__known_things') }}
    where thing_type = 'device'
),

batches as (
    select * from {{ source('ledger', 'batches') }}
),

thresholds as (
    {{ thresholds(['max_subjects_of_device']) }}
),

numbered as (
    select
        *,
        count(*) over (partition by id_number_token) as subject_count,
        max(registered_at) over (partition by id_number_token) as last_registered_at,
        max(first_received_at) over (partition by id_number_token) as last_received_at
    from people
    where id_number_token is not null
),

-- Either may be the impostor: both are told, when the second registration is there.
shared_numbers as (
    select
        numbered.subject_key,
        'people' as feed,
        'id_number' as dedup_key,
        'id_number' as thing_type,
        numbered.subject_count,
        greatest(numbered.registered_at, numbered.last_registered_at) as event_at,
        numbered.last_received_at as available_at,
        max(batches.loaded_at) over (partition by numbered.id_number_token) as detected_at,
        numbered.first_delivery_id as delivery_id,
        numbered.first_line_number as line_number
    from numbered
    left join batches on numbered.first_delivery_id = batches.delivery_id
    where numbered.subject_count > 1
),

first_uses as (
    select * from verifications
    qualify row_number() over (
        partition by device_token, subject_key
        order by verified_at, verification_id
    ) = 1
),

counted as (
    select
        *,
        row_number() over (
            partition by device_token
            order by verified_at, verification_id
        ) as subject_number
    from first_uses
),

-- From the first person too many on; those before are a family.
shared_devices as (
    select
        counted.subject_key,
        'verifications' as feed,
        counted.device_token as dedup_key,
        'device' as thing_type,
        counted.subject_number as subject_count,
        counted.verified_at as event_at,
        counted._received_at as available_at,
        batches.loaded_at as detected_at,
        counted._delivery_id as delivery_id,
        counted._line_number as line_number
    from counted
    inner join thresholds on {{ in_force(local_date('counted.verified_at')) }}
    left join batches on counted._delivery_id = batches.delivery_id
    where counted.subject_number > thresholds.max_subjects_of_device
),

judged as (
    select * from shared_numbers
    union all
    select * from shared_devices
),

known as (
    select distinct
        judged.subject_key,
        judged.dedup_key
    from judged
    inner join known_things
        on judged.subject_key = known_things.subject_key
        and judged.dedup_key = known_things.thing_key
        and judged.event_at >= known_things.known_from_at
        and judged.event_at < coalesce(known_things.known_until_at, {{ add_hours('judged.event_at', 1) }})
),

described as (
    select
        judged.subject_key,
        judged.feed,
        judged.dedup_key,
        judged.thing_type as source_id,
        judged.event_at,
        judged.available_at,
        judged.detected_at,
        {{ json_text({'thing_type': 'judged.thing_type', 'subject_count': 'judged.subject_count'}) }} as evidence,
        cast(null as {{ dbt.type_string() }}) as exit_reason,
        case when known.subject_key is not null then 'known_device' end as suppression_reason,
        judged.delivery_id,
        judged.line_number
    from judged
    left join known
        on judged.subject_key = known.subject_key
        and judged.dedup_key = known.dedup_key
),

final as (
    {{ rule_rows('described') }}
)

select * from final
