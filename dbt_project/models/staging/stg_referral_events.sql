{%- set key = ['partner_id', 'event_code', 'event_id'] -%}
{%- set facts = [
    'occurred_at',
    'event_name',
    'commission_id',
    'commission_type',
    'status_code',
    'amount_fen',
    'earnings_fen',
    'currency_code',
    'invoice_id',
    'updated_at',
    'period_started_at',
    'period_ended_at',
    'referrer_id',
    'referrer_email_token',
    'customer_token',
    'customer_external_id',
    'customer_email_token',
    'click_id',
    'clicked_at',
    'click_country',
    'click_ip_token',
    'link_id',
    'link_key',
    'program_id',
    'description',
] -%}

with

versions as (
    {{ delivered_versions(source('raw', 'referral_events'), key, facts) }}
),

final as (
    select * from versions
)

select * from final
