with

people as (
    select * from {{ ref('stg_people') }}
),

final as (
    select
        subject_key,
        full_name_token,
        phone_token,
        id_number_token,
        region_code,
        registered_at
    from people
)

select * from final
