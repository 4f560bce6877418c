{%- set key = ['partner_id', 'trade_id'] -%}
{%- set facts = [
    'trade_parent_id',
    'status_code',
    'order_type',
    'item_id',
    'item_title',
    'item_count',
    'shop_title',
    'created_at',
    'paid_at',
    'earned_at',
    'modified_at',
    'clicked_at',
    'total_fen',
    'settled_fen',
    'estimated_fee_fen',
    'settled_fee_fen',
    'alimama_rate_ppm',
    'alimama_fee_fen',
    'commission_rate_ppm',
    'commission_fee_fen',
    'income_rate_ppm',
    'has_refund',
    'adzone_id',
    'site_id',
    'relation_id',
    'special_id',
] -%}

with

versions as (
    {{ delivered_versions(source('raw', 'taobao_orders'), key, facts) }}
),

final as (
    select * from versions
)

select * from final
