{%- set key = ['partner_id', 'row_id'] -%}
{%- set facts = [
    'order_id',
    'parent_order_id',
    'ordered_at',
    'finished_at',
    'modified_at',
    'sku_id',
    'sku_name',
    'sku_count',
    'returned_sku_count',
    'frozen_sku_count',
    'price_fen',
    'commission_rate_ppm',
    'sub_side_rate_ppm',
    'subsidy_rate_ppm',
    'final_rate_ppm',
    'estimated_base_fen',
    'estimated_fee_fen',
    'actual_base_fen',
    'actual_fee_fen',
    'valid_code',
    'payable_date',
    'position_id',
    'site_id',
    'union_id',
    'sub_union_id',
    'activity_id',
] -%}

with

versions as (
    {{ delivered_versions(source('raw', 'jd_union_orders'), key, facts) }}
),

final as (
    select * from versions
)

select * from final
