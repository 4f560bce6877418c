with

deals as (
    select * from {{ ref('int_commission__matched_deals') }}
    where unmatched_reason_code is not null
),

reported_deals as (
    select * from {{ ref('int_commission__deal_states') }}
),

updates as (
    select * from {{ ref('int_partners__deal_updates') }}
    where {{ is_known('_received_at') }}
),

-- something became of a deal that the partner never reported
unreported as (
    select updates.*
    from updates
    left join reported_deals
        on updates.partner_id = reported_deals.partner_id and updates.deal_id = reported_deals.deal_id
    where reported_deals.deal_id is null
    qualify row_number() over (
        partition by updates.partner_id, updates.deal_id
        order by updates._received_at desc, updates._delivery_id desc, updates._line_number desc
    ) = 1
),

unmatched as (
    select
        partner_id,
        deal_id,
        unmatched_reason_code as reason_code,
        product_code,
        agreement_id,
        origin_month,
        occurred_at,
        case when coalesce(currency_code, 'CNY') = 'CNY' then {{ yuan('amount_fen') }} end as amount_yuan,
        known_at,
        _delivery_id as source_delivery_id,
        _line_number as source_line_number
    from deals

    union all

    select
        partner_id,
        deal_id,
        'deal_not_reported' as reason_code,
        null as product_code,
        null as agreement_id,
        {{ month_text(local_date('occurred_at')) }} as origin_month,
        occurred_at,
        {{ yuan('amount_fen') }} as amount_yuan,
        _received_at as known_at,
        _delivery_id as source_delivery_id,
        _line_number as source_line_number
    from unreported
)

select * from unmatched
