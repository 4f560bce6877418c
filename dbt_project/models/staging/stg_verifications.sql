with

source as (
    select * from {{ source('raw', 'verifications') }}
    where {{ known_by_as_of() }}
),

latest as (
    select * from source
    qualify row_number() over (
        partition by verification_id
        order by _received_at desc, _delivery_id desc, _line_number desc
    ) = 1
),

final as (
    select
        verification_id,
        subject_key,
        method_code,
        outcome_code,
        verified_at,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from latest
)

select * from final
