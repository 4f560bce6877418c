with

-- Short lists give titles only; the short name is known from a longer one, else it is the title's.
named as (
    select
        *,
        coalesce(
            breach_name,
            max(breach_name) over (partition by title),
            replace(title, ' ', '')
        ) as known_breach_name
    from {{ source('raw', 'breaches') }}
    where {{ known_by_as_of() }}
),

latest as (
    {{ latest_rows('named', ['known_breach_name'], recorded='coalesce(modified_at, added_at)') }}
),

final as (
    select
        known_breach_name as breach_name,
        title,
        domain_name,
        breached_date,
        added_at,
        modified_at,
        accounts_count,
        data_classes,
        is_verified,
        is_fabricated,
        is_sensitive,
        is_retired,
        is_spam_list,
        is_malware,
        is_stealer_log,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from latest
)

select * from final
