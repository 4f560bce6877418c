with

told as (
    select
        *,
        {{ first_told(['subject_key', 'carrier_name', 'answered_at']) }}
    from {{ source('raw', 'registered_lines') }}
    where {{ known_by_as_of() }}
),

latest as (
    {{ latest_rows('told', ['subject_key', 'carrier_name', 'answered_at']) }}
),

final as (
    select
        authorisation_id,
        subject_key,
        lookup_id,
        carrier_name,
        case
            when carrier_name like '%移动' then 'mobile'
            when carrier_name like '%联通' then 'unicom'
            when carrier_name like '%电信' then 'telecom'
            when carrier_name like '%广电' then 'broadnet'
            else 'virtual'
        end as carrier_code,
        lines_count,
        cast(sum(lines_count) over (partition by subject_key, answered_at) as bigint) as answer_lines_count,
        asked_at,
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
