{%- set key = ['partner_id', 'event_id'] -%}
{%- set facts = [
    'advertiser_id',
    'site_id',
    'order_id',
    'offer_id',
    'sku_number',
    'sale_fen',
    'quantity_count',
    'commission_fen',
    'processed_at',
    'transacted_at',
    'transaction_type',
    'product_name',
    'member_ref',
    'currency_code',
    'is_event',
    'commission_list_id',
] -%}

with

versions as (
    {{ delivered_versions(source('raw', 'rakuten_transactions'), key, facts) }}
),

final as (
    select * from versions
)

select * from final
