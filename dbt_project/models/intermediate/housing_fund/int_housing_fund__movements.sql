with

lines as (
    select * from {{ ref('stg_housing_fund_payments') }}
),

batches as (
    select * from {{ source('ledger', 'batches') }}
),

final as (
    select
        lines.movement_key,
        lines.authorisation_id,
        lines.subject_key,
        lines.region_code,
        lines.posted_date,
        lines.business_code,
        lines.change_fen,
        coalesce(lines.employer_token, lines.region_code || ':' || lines.employer_code) as employer_key,
        lines.channel_name,
        min(lines.first_received_at) over (partition by lines.subject_key) as first_list_at,
        lines.first_received_at as available_at,
        batches.loaded_at as detected_at,
        lines.first_delivery_id as delivery_id,
        lines.first_line_number as line_number
    from lines
    left join batches on lines.first_delivery_id = batches.delivery_id
)

select * from final
