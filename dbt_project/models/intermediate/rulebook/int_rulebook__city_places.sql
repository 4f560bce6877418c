with

as_of as (
    select * from {{ ref('int_service__as_of') }}
),

final as (
    select
        city_places.city_code,
        city_places.city_name,
        city_places.latitude_microdegrees,
        city_places.longitude_microdegrees,
        city_places.valid_from,
        city_places.valid_to
    from {{ ref('city_places') }} as city_places
    inner join as_of on city_places.known_from <= {{ local_date('as_of.as_of_at') }}
    qualify row_number() over (
        partition by city_places.city_code, city_places.valid_from
        order by city_places.known_from desc
    ) = 1
)

select * from final
