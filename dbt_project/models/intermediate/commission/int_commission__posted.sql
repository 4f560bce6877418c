{%- set account = [
    'line_key', 'origin_month', 'partner_id', 'direction_code', 'product_code', 'tax_rate_ppm',
] -%}

with

postings as (
    select * from {{ source('postings', 'commission_postings') }}
),

sums as (
    select
        {{ account | join(', ') }},
        cast(sum(base_fen) as bigint) as base_fen,
        cast(sum(net_fen) as bigint) as net_fen,
        cast(sum(tax_fen) as bigint) as tax_fen,
        cast(sum(gross_fen) as bigint) as gross_fen
    from postings
    group by {{ account | join(', ') }}
),

latest as (
    select *
    from postings
    qualify row_number() over (
        partition by {{ account | join(', ') }}
        order by posting_month desc
    ) = 1
),

final as (
    select
        sums.*,
        latest.agreement_id,
        latest.deal_type,
        latest.deal_id,
        latest.tier_number,
        latest.rate_ppm,
        latest.terms_valid_from,
        latest.terms_known_from,
        latest.rule_version,
        latest.source_delivery_id,
        latest.source_line_number
    from sums
    inner join latest
        on {% for column in account -%}
        sums.{{ column }} = latest.{{ column }}{{ ' and ' if not loop.last }}
        {%- endfor %}
)

select * from final
