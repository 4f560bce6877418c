with

told as (
    select
        *,
        {{ first_told(['subject_key', 'number_tail', 'account_type_code', 'platform_name', 'answered_at']) }}
    from {{ source('raw', 'registered_accounts') }}
    where {{ known_by_as_of() }}
),

latest as (
    {{ latest_rows('told', ['subject_key', 'number_tail', 'account_type_code', 'platform_name', 'answered_at']) }}
),

final as (
    select
        authorisation_id,
        subject_key,
        lookup_id,
        platform_name,
        account_type_code,
        accounts_count,
        number_tail,
        answered_at,
        first_received_at,
        first_delivery_id,
        first_line_number,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from latest
)

select * from final
