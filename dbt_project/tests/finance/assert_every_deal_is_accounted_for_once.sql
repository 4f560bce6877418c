-- Fails when the value of an agreement's counting deals of a month is not exactly the base of its
-- lines: a deal was lost, or counted twice.

with

deals as (
    select
        agreement_id,
        origin_month,
        sum(amount_fen) as amount_fen
    from {{ ref('int_commission__matched_deals') }}
    where unmatched_reason_code is null
    group by agreement_id, origin_month
),

lines as (
    select
        agreement_id,
        origin_month,
        sum(base_fen) as base_fen
    from {{ ref('int_commission__lines') }}
    group by agreement_id, origin_month
),

final as (
    select
        deals.agreement_id,
        deals.origin_month,
        deals.amount_fen,
        lines.base_fen
    from deals
    full outer join lines
        on deals.agreement_id = lines.agreement_id and deals.origin_month = lines.origin_month
    where deals.amount_fen is distinct from lines.base_fen
)

select * from final
