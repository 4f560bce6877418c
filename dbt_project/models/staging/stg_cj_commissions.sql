{%- set key = ['partner_id', 'commission_id', 'original_action_id'] -%}
{%- set facts = [
    'is_original',
    'action_status_code',
    'validation_status_code',
    'correction_reason',
    'action_type',
    'action_tracker_id',
    'action_tracker_name',
    'advertiser_id',
    'advertiser_name',
    'publisher_id',
    'website_id',
    'website_name',
    'clicked_at',
    'event_at',
    'posted_at',
    'locking_at',
    'locking_method',
    'order_id',
    'sale_fen',
    'sale_pub_fen',
    'sale_adv_fen',
    'order_discount_fen',
    'commission_fen',
    'commission_pub_fen',
    'coupon_code',
    'country_code',
    'is_cross_device',
    'is_new_customer',
    'reviewed_status',
    'source_name',
    'items',
] -%}

with

versions as (
    {{ delivered_versions(source('raw', 'cj_commissions'), key, facts) }}
),

final as (
    select * from versions
)

select * from final
