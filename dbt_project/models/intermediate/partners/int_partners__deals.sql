{{ config(materialized='view') }}

with

reported as (
    select
        *,
        null as network_code
    from {{ ref('stg_partner_deals') }}
),

networks as (
    select
        *,
        null as customer_phone_token,
        'pending' as status_code,
        {{ month_text(local_date('occurred_at')) }} as origin_month
    from {{ ref('int_partners__network_deals') }}
    where occurred_at is not null
),

final as (
    {% for source in ['reported', 'networks'] -%}
    select
        partner_id,
        deal_id,
        cast(network_code as {{ dbt.type_string() }}) as network_code,
        product_code,
        order_id,
        cast(customer_phone_token as {{ dbt.type_string() }}) as customer_phone_token,
        status_code,
        amount_fen,
        currency_code,
        occurred_at,
        origin_month,
        _delivery_id,
        _file_sha256,
        _line_number,
        _received_at
    from {{ source }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
