{%- set close_month = run_variable('close_month') or '' -%}
{%- set cut_off_at = run_variable('cut_off_at') -%}

with

deltas as (
    select * from {{ ref('int_commission__explained_deltas') }}
),

final as (
    select
        {{ stable_id([
            "'" ~ close_month ~ "'",
            'line_key', 'origin_month', 'partner_id', 'direction_code', 'product_code', 'tax_rate_ppm',
        ]) }} as posting_id,
        cast('{{ close_month }}' as {{ dbt.type_string() }}) as posting_month,
        origin_month,
        line_key,
        agreement_id,
        partner_id,
        direction_code,
        product_code,
        deal_type,
        deal_id,
        tier_number,
        cast(case when reason_code = 'earned' then 'earned' else 'adjustment' end as {{ dbt.type_string() }}) as posting_type,
        cast(reason_code as {{ dbt.type_string() }}) as reason_code,
        cast(base_fen as bigint) as base_fen,
        rate_ppm,
        cast(net_fen as bigint) as net_fen,
        cast(tax_fen as bigint) as tax_fen,
        cast(gross_fen as bigint) as gross_fen,
        tax_rate_ppm,
        rule_version,
        terms_valid_from,
        terms_known_from,
        {% for column in ['delivery_id', 'line_number'] -%}
        case
            when reason_code in ('reversal', 'amended_deal') then coalesce(update_{{ column }}, source_{{ column }})
            else source_{{ column }}
        end as source_{{ column }},
        {% endfor -%}
        cast({{ "'" ~ cut_off_at ~ "'" if cut_off_at else 'null' }} as timestamp) as cut_off_at
    from deltas
)

select * from final
