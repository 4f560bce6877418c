{#- Only commissions are deals: clicks, leads and sales lead to them. One that changes is told
    again, and the version that changed last counts. -#}
{%- set by_commission = 'partition by partner_id, commission_id' -%}

with

commissions as (
    select
        *,
        coalesce(updated_at, occurred_at) as changed_at
    from {{ ref('stg_referral_events') }}
    where
        {{ is_known('_received_at') }}
        and event_code like 'commission.%'
        and commission_id is not null
),

latest as (
    select
        *,
        min(occurred_at) over ({{ by_commission }}) as first_told_at,
        first_value(amount_fen) over (
            {{ by_commission }} order by changed_at, _received_at, _delivery_id, _line_number
            rows between unbounded preceding and unbounded following
        ) as first_amount_fen
    from commissions
    qualify row_number() over (
        {{ by_commission }}
        order by changed_at desc, _received_at desc, _delivery_id desc, _line_number desc
    ) = 1
),

judged as (
    select
        *,
        status_code in ('processed', 'paid') as is_approved,
        status_code in ('refunded', 'canceled', 'duplicate', 'fraud') as is_reversed,
        amount_fen <> first_amount_fen as is_amended
    from latest
),

mapped as (
    select
        partner_id,
        commission_id as network_deal_id,
        coalesce(program_id, commission_type, 'commission') as programme_id,
        invoice_id as order_id,
        first_told_at as occurred_at,
        first_amount_fen as amount_fen,
        upper(currency_code) as currency_code,
        case when is_approved then changed_at end as approved_at,
        case when is_reversed then changed_at end as reversed_at,
        case when is_reversed then status_code end as reversal_reason_code,
        case when is_amended then changed_at end as amended_at,
        case when is_amended then amount_fen end as amended_fen,
        null as amendment_reason_code,
        _delivery_id,
        _file_sha256,
        _line_number,
        _received_at,
        null as update_delivery_id,
        null as update_file_sha256,
        null as update_line_number,
        null as update_received_at
    from judged
),

{{ network_deal_ctes('referral') }}

select * from final
