with

events as (
    select * from {{ ref('stg_platform_events') }}
    where
        -- What the person did, not what was tried on them or sent to them.
        event_code in (
            'registered', 'login', 'password_changed', 'phone_changed', 'email_changed',
            'device_bound', 'card_bound', 'application_filed', 'account_closed'
        )
        and not coalesce(is_proxy, false)
),

movements as (
    select * from {{ ref('int_banks__movements') }}
    where is_card_present and place_name is not null and occurred_at is not null
),

places as (
    select * from {{ ref('int_rulebook__city_places') }}
),

batches as (
    select * from {{ source('ledger', 'batches') }}
),

-- Coordinates of whole degrees, of the null island or of a province's middle are guesses.
located as (
    select
        platform_code,
        event_id,
        subject_key,
        occurred_at,
        country_code,
        -- A city that is a province has two codes.
        case
            when city_code in ('110000', '120000', '310000', '500000')
                then substr(city_code, 1, 2) || '0100'
            else city_code
        end as city_code,
        latitude_microdegrees,
        longitude_microdegrees,
        device_token,
        _received_at,
        _delivery_id,
        _line_number,
        case
            when latitude_microdegrees % 1000000 = 0 and longitude_microdegrees % 1000000 = 0 then 1
            when
                city_code like '%0000' and substr(city_code, 1, 2) not in ('11', '12', '31', '50', '81', '82')
                then 1
            else 0
        end = 1 as is_guess,
        {{ local_date('occurred_at') }} as business_date
    from events
),

from_platforms as (
    select
        {{ stable_id(["'platform_events'", 'located.platform_code', 'located.event_id']) }} as event_key,
        'platform_events' as feed,
        located.subject_key,
        located.event_id as source_id,
        located.occurred_at as event_at,
        coalesce(located.city_code, located.country_code, 'unnamed') as place_key,
        coalesce(places.city_name, located.city_code, located.country_code) as place_name,
        case
            when located.longitude_microdegrees is null then places.latitude_microdegrees
            else coalesce(located.latitude_microdegrees, places.latitude_microdegrees)
        end as latitude_microdegrees,
        case
            when located.latitude_microdegrees is null then places.longitude_microdegrees
            else coalesce(located.longitude_microdegrees, places.longitude_microdegrees)
        end as longitude_microdegrees,
        located.device_token,
        located.platform_code,
        located._received_at as available_at,
        located._delivery_id as delivery_id,
        located._line_number as line_number,
        located.business_date
    from located
    left join places
        on located.city_code = places.city_code
        and located.business_date >= places.valid_from
        and (located.business_date < places.valid_to or places.valid_to is null)
    where not located.is_guess
),

-- A street or branch may be named after another city; a line that names two tells none.
from_banks as (
    select
        movements.movement_key as event_key,
        movements.feed,
        movements.subject_key,
        movements.movement_key as source_id,
        movements.occurred_at as event_at,
        places.city_code as place_key,
        places.city_name as place_name,
        places.latitude_microdegrees,
        places.longitude_microdegrees,
        cast(null as {{ dbt.type_string() }}) as device_token,
        cast(null as {{ dbt.type_string() }}) as platform_code,
        movements.available_at,
        movements.delivery_id,
        movements.line_number,
        movements.business_date
    from movements
    inner join places
        on movements.place_name like '%' || places.city_name || '%'
        and movements.place_name not like '%' || places.city_name || '%路%'
        and movements.place_name not like '%' || places.city_name || '%街%'
        and movements.place_name not like '%' || places.city_name || '%道%'
        and movements.business_date >= places.valid_from
        and (movements.business_date < places.valid_to or places.valid_to is null)
    qualify count(*) over (partition by movements.movement_key) = 1
),

all_located as (
    select * from from_platforms
    where latitude_microdegrees is not null and longitude_microdegrees is not null
    union all
    select * from from_banks
),

final as (
    select
        all_located.event_key,
        all_located.feed,
        all_located.subject_key,
        all_located.source_id,
        all_located.event_at,
        all_located.place_key,
        all_located.place_name,
        all_located.latitude_microdegrees,
        all_located.longitude_microdegrees,
        all_located.device_token,
        all_located.platform_code,
        all_located.available_at,
        batches.loaded_at as detected_at,
        all_located.delivery_id,
        all_located.line_number,
        all_located.business_date
    from all_located
    left join batches on all_located.delivery_id = batches.delivery_id
)

select * from final
