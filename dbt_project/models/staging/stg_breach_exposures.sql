with

named as (
    select
        *,
        coalesce(breach_name, replace(title, ' ', '')) as known_breach_name
    from {{ source('raw', 'breach_exposures') }}
    where {{ known_by_as_of() }}
),

told as (
    select
        *,
        {{ first_told(['subject_key', 'looked_up_token', 'known_breach_name']) }}
    from named
),

latest as (
    {{ latest_rows('told', ['subject_key', 'looked_up_token', 'known_breach_name'], recorded='checked_at') }}
),

final as (
    select
        authorisation_id,
        subject_key,
        looked_up_token,
        known_breach_name as breach_name,
        title,
        domain_name,
        breached_date,
        added_at,
        coalesce(checked_at, _received_at) as checked_at,
        accounts_count,
        -- Tables write the list with commas, JSON as it is.
        case
            when data_classes like '[%' then data_classes
            else '["' || replace(data_classes, ', ', '","') || '"]'
        end as data_classes,
        is_verified,
        is_fabricated,
        is_sensitive,
        is_retired,
        is_spam_list,
        is_malware,
        is_stealer_log,
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
