with

latest as (
    {{ latest_rows(source('raw', 'registered_accounts'), ['subject_key', 'number_tail', 'account_type_code', 'platform_name', 'answered_at']) }}
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
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from latest
)

select * from final
