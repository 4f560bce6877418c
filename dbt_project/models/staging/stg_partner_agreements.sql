with

source as (
    select * from {{ source('raw', 'partner_agreements') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by agreement_id, valid_from, tier_number, _delivery_id
            order by _line_number desc
        ) as recency
    from source
),

final as (
    select
        agreement_id,
        partner_id,
        partner_name,
        direction_code,
        product_code,
        deal_type,
        tier_number,
        tier_up_to_fen,
        rate_ppm,
        tax_rate_ppm,
        is_tax_inclusive,
        currency_code,
        valid_from,
        valid_to,
        _received_at as known_from,
        _delivery_id,
        _file_sha256,
        _line_number,
        _received_at
    from ranked
    where recency = 1
)

select * from final
