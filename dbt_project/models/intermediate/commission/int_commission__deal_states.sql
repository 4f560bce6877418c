with

deals as (
    select * from {{ ref('int_partners__deals') }}
    where {{ is_known('_received_at') }}
),

updates as (
    select * from {{ ref('int_partners__deal_updates') }}
    where {{ is_known('_received_at') }}
),

latest_deals as (
    select *
    from deals
    qualify row_number() over (
        partition by partner_id, deal_id
        order by _received_at desc, _delivery_id desc
    ) = 1
),

latest_updates as (
    select *
    from updates
    qualify row_number() over (
        partition by partner_id, update_id
        order by _received_at desc, _delivery_id desc
    ) = 1
),

-- the amendment that happened last counts, whenever it was received
amendments as (
    select
        partner_id,
        deal_id,
        amount_fen
    from latest_updates
    where update_code = 'amended' and amount_fen is not null
    qualify row_number() over (
        partition by partner_id, deal_id
        order by occurred_at desc, update_id desc
    ) = 1
),

histories as (
    select
        partner_id,
        deal_id,
        max(case when update_code = 'approved' then 1 else 0 end) as approvals,
        max(case when update_code = 'reversed' then 1 else 0 end) as reversals,
        max(_received_at) as updated_at
    from latest_updates
    group by partner_id, deal_id
),

last_updates as (
    select *
    from latest_updates
    qualify row_number() over (
        partition by partner_id, deal_id
        order by _received_at desc, occurred_at desc, update_id desc
    ) = 1
),

final as (
    select
        deals.partner_id,
        deals.deal_id,
        deals.product_code,
        deals.currency_code,
        deals.occurred_at,
        {{ local_date('deals.occurred_at') }} as deal_date,
        deals.origin_month,
        case
            when coalesce(histories.reversals, 0) = 1 then 'reversed'
            when deals.status_code = 'approved' or coalesce(histories.approvals, 0) = 1 then 'approved'
            else 'pending'
        end as state_code,
        cast(coalesce(amendments.amount_fen, deals.amount_fen) as bigint) as amount_fen,
        greatest(deals._received_at, coalesce(histories.updated_at, deals._received_at)) as known_at,
        deals._delivery_id,
        deals._line_number,
        last_updates._delivery_id as update_delivery_id,
        last_updates._line_number as update_line_number
    from latest_deals as deals
    left join histories
        on deals.partner_id = histories.partner_id and deals.deal_id = histories.deal_id
    left join last_updates
        on deals.partner_id = last_updates.partner_id and deals.deal_id = last_updates.deal_id
    left join amendments
        on deals.partner_id = amendments.partner_id and deals.deal_id = amendments.deal_id
)

select * from final
