{%- set key = ['partner_id', 'transaction_id'] -%}
{%- set facts = [
    'advertiser_id',
    'publisher_id',
    'sharing_publisher_id',
    'site_name',
    'campaign_name',
    'commission_status_code',
    'commission_fen',
    'commission_currency_code',
    'sale_fen',
    'sale_currency_code',
    'old_commission_fen',
    'old_sale_fen',
    'original_sale_fen',
    'advertiser_cost_fen',
    'network_fee_fen',
    'clicked_at',
    'transacted_at',
    'validated_at',
    'lapse_seconds',
    'transaction_type',
    'decline_reason',
    'is_amended',
    'amend_reason',
    'has_voucher',
    'voucher_code',
    'order_id',
    'click_ref',
    'click_device',
    'transaction_device',
    'customer_country',
    'advertiser_country',
    'customer_acquisition',
    'transaction_parts',
    'is_paid',
    'payment_id',
    'query_id',
] -%}

with

versions as (
    {{ delivered_versions(source('raw', 'awin_transactions'), key, facts) }}
),

final as (
    select * from versions
)

select * from final
