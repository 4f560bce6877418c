{%- set key = ['partner_id', 'action_id'] -%}
{%- set facts = [
    'campaign_id',
    'campaign_name',
    'action_tracker_id',
    'action_tracker_name',
    'media_partner_id',
    'media_partner_name',
    'state_code',
    'ad_id',
    'payout_fen',
    'delta_payout_fen',
    'intended_payout_fen',
    'amount_fen',
    'delta_amount_fen',
    'intended_amount_fen',
    'client_cost_fen',
    'currency_code',
    'referred_at',
    'event_at',
    'created_at',
    'locking_at',
    'cleared_at',
    'referring_type',
    'referring_domain',
    'promo_code',
    'order_id',
    'customer_token',
    'customer_status',
    'customer_region',
    'customer_country',
    'shared_id',
    'note',
] -%}

with

versions as (
    {{ delivered_versions(source('raw', 'impact_actions'), key, facts) }}
),

final as (
    select * from versions
)

select * from final
