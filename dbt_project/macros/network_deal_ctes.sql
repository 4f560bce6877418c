{#- The tail that every affiliate network shares: puts `mapped` into the columns of
    `int_partners__network_deals`, with ids and products that carry the network's name, so that
    those of two networks never meet.

    A network computes `mapped`, one row per deal as known at the cut-off: `partner_id`,
    `network_deal_id`, `programme_id`, `order_id`, `occurred_at` (empty: the deal itself was never
    told), `amount_fen` as first told, `currency_code`; `approved_at`; `reversed_at` and
    `reversal_reason_code`; `amended_at`, `amended_fen` and `amendment_reason_code`; the lineage of
    the deal, and as `update_delivery_id`, `update_file_sha256`, `update_line_number` and
    `update_received_at` that of what last became of it (empty: the same row told both). -#}
{% macro network_deal_ctes(network, mapped='mapped') -%}
final as (
    select
        cast(partner_id as {{ dbt.type_string() }}) as partner_id,
        cast('{{ network }}:' || network_deal_id as {{ dbt.type_string() }}) as deal_id,
        cast('{{ network }}' as {{ dbt.type_string() }}) as network_code,
        cast('{{ network }}:' || programme_id as {{ dbt.type_string() }}) as product_code,
        cast(order_id as {{ dbt.type_string() }}) as order_id,
        cast(occurred_at as timestamp) as occurred_at,
        cast(amount_fen as bigint) as amount_fen,
        cast(currency_code as {{ dbt.type_string() }}) as currency_code,
        cast(approved_at as timestamp) as approved_at,
        cast(reversed_at as timestamp) as reversed_at,
        cast(reversal_reason_code as {{ dbt.type_string() }}) as reversal_reason_code,
        cast(amended_at as timestamp) as amended_at,
        cast(amended_fen as bigint) as amended_fen,
        cast(amendment_reason_code as {{ dbt.type_string() }}) as amendment_reason_code,
        _delivery_id,
        _file_sha256,
        cast(_line_number as bigint) as _line_number,
        _received_at,
        coalesce(update_delivery_id, _delivery_id) as update_delivery_id,
        coalesce(update_file_sha256, _file_sha256) as update_file_sha256,
        cast(coalesce(update_line_number, _line_number) as bigint) as update_line_number,
        coalesce(update_received_at, _received_at) as update_received_at
    from {{ mapped }}
)
{%- endmacro %}
