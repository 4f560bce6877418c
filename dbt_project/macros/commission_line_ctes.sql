{#- The tail that every deal type shares: splits `amount_fen` of the CTE `priced` into net, tax and
    gross at the agreement's tax rate, and puts the columns of a commission line in order.
    A deal type computes `priced`; its columns are those of `int_commission__lines` without the
    three that are made here, and `is_tax_inclusive`. -#}
{% macro commission_line_ctes(priced) -%}
taxed as (
    select
        *,
        case
            when is_tax_inclusive then {{ tax_within('amount_fen', 'tax_rate_ppm') }}
            else {{ rate_amount('amount_fen', 'tax_rate_ppm') }}
        end as tax_fen
    from {{ priced }}
),

final as (
    select
        cast(line_key as {{ dbt.type_string() }}) as line_key,
        cast(agreement_id as {{ dbt.type_string() }}) as agreement_id,
        cast(partner_id as {{ dbt.type_string() }}) as partner_id,
        cast(direction_code as {{ dbt.type_string() }}) as direction_code,
        cast(product_code as {{ dbt.type_string() }}) as product_code,
        cast(deal_type as {{ dbt.type_string() }}) as deal_type,
        cast(origin_month as {{ dbt.type_string() }}) as origin_month,
        cast(deal_id as {{ dbt.type_string() }}) as deal_id,
        cast(tier_number as bigint) as tier_number,
        cast(deal_count as bigint) as deal_count,
        cast(base_fen as bigint) as base_fen,
        cast(rate_ppm as bigint) as rate_ppm,
        cast(amount_fen as bigint) as amount_fen,
        cast(case when is_tax_inclusive then amount_fen - tax_fen else amount_fen end as bigint) as net_fen,
        cast(tax_fen as bigint) as tax_fen,
        cast(case when is_tax_inclusive then amount_fen else amount_fen + tax_fen end as bigint) as gross_fen,
        cast(tax_rate_ppm as bigint) as tax_rate_ppm,
        cast(terms_valid_from as date) as terms_valid_from,
        cast(terms_known_from as timestamp) as terms_known_from,
        cast(rule_version as {{ dbt.type_string() }}) as rule_version,
        cast(source_delivery_id as {{ dbt.type_string() }}) as source_delivery_id,
        cast(source_line_number as bigint) as source_line_number
    from taxed
)
{%- endmacro %}
