{{ config(materialized='view') }}

{#- What a network tells of a deal becomes up to three updates; the instants that they happened at. -#}
{%- set happened = {'approved': 'approved_at', 'reversed': 'reversed_at', 'amended': 'amended_at'} -%}

with

reported as (
    select
        *,
        null as network_code
    from {{ ref('stg_partner_deal_updates') }}
),

network_deals as (
    select * from {{ ref('int_partners__network_deals') }}
),

networks as (
    {% for update_code, instant in happened.items() -%}
    select
        partner_id,
        deal_id || ':{{ update_code }}' as update_id,
        deal_id,
        network_code,
        '{{ update_code }}' as update_code,
        {{ 'amended_fen' if update_code == 'amended' else 'cast(null as bigint)' }} as amount_fen,
        {{ {'reversed': 'reversal_reason_code', 'amended': 'amendment_reason_code'}.get(update_code, 'null') }} as reason_code,
        {{ instant }} as occurred_at,
        update_delivery_id as _delivery_id,
        update_file_sha256 as _file_sha256,
        update_line_number as _line_number,
        update_received_at as _received_at
    from network_deals
    where {{ instant }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    {% for source in ['reported', 'networks'] -%}
    select
        partner_id,
        update_id,
        deal_id,
        cast(network_code as {{ dbt.type_string() }}) as network_code,
        update_code,
        amount_fen,
        reason_code,
        occurred_at,
        _delivery_id,
        _file_sha256,
        _line_number,
        _received_at
    from {{ source }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
