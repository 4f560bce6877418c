{%- set key = ['partner_id', 'update_id'] -%}
{%- set facts = [
    'action_id',
    'campaign_id',
    'action_tracker_id',
    'event_type_name',
    'media_partner_id',
    'state_code',
    'state_detail',
    'state_detail_text',
    'disposition_code',
    'adjustment_reason',
    'delta_payout_fen',
    'delta_amount_fen',
    'currency_code',
    'category_name',
    'sku',
    'quantity',
    'contract_id',
    'payout_level',
    'updated_at',
    'locking_at',
    'clearing_at',
    'action_at',
    'order_id',
    'customer_token',
    'customer_status',
    'shared_id',
] -%}

with

versions as (
    {{ delivered_versions(source('raw', 'impact_action_updates'), key, facts) }}
),

final as (
    select * from versions
)

select * from final
