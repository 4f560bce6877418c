{{ replaces('changed_trades', 'int_wallets__changed_trades') }}
{%- set staged = {
    'alipay_bills': staged_alipay_bills('changed_alipay_bills'),
    'wechat_bills': staged_wechat_bills('changed_wechat_bills'),
    'jd_bills': staged_jd_bills('changed_jd_bills'),
    'meituan_bills': staged_meituan_bills('changed_meituan_bills'),
} -%}
{%- for feed in staged if not execute -%}{%- do ref('stg_' ~ feed) -%}{%- endfor -%}
with

{% if builds_only_new() -%}
{% for feed in staged -%}
changed_{{ feed }} as (
    select bills.*
    from {{ source('raw', feed) }} as bills
    inner join {{ ref('int_wallets__changed_trades') }} as changed
        on bills.subject_key = changed.subject_key
        and bills.trade_id = changed.trade_id
        and bills.occurred_at = changed.occurred_at
        and bills._business_date = changed.business_date
        and changed.feed = '{{ feed }}'
),

{% endfor -%}
{% endif -%}
batches as (
    select * from {{ source('ledger', 'batches') }}
),

bills as (
    {%- for feed in staged %}
    select *, '{{ feed }}' as feed
    from {% if builds_only_new() %}({{ staged[feed] }}) as staged{% else %}{{ ref('stg_' ~ feed) }}{% endif %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

refunds as (
    select
        feed,
        subject_key,
        original_trade_id,
        sum(amount_fen) as returned_fen
    from bills
    where movement_type = 'refund'
    group by feed, subject_key, original_trade_id
),

-- A trade that was paid and wholly returned is shown as closed; what came back proves it was paid.
settled as (
    select
        bills.*,
        greatest(bills.refunded_fen, coalesce(refunds.returned_fen, 0)) as settled_refunded_fen,
        case
            when bills.movement_type = 'closed' and refunds.returned_fen > 0 then 'spend'
            else bills.movement_type
        end as settled_type
    from bills
    left join refunds
        on bills.feed = refunds.feed
        and bills.subject_key = refunds.subject_key
        and case when bills.movement_type in ('spend', 'closed') then bills.trade_id end
        = refunds.original_trade_id
),

final as (
    select
        {{ stable_id([
            'settled.feed', 'settled.subject_key', 'settled.trade_id',
            timestamp_text('settled.occurred_at'),
        ]) }} as movement_key,
        settled.feed,
        settled.subject_key,
        settled.authorisation_id,
        settled.trade_id,
        settled.original_trade_id,
        settled.occurred_at,
        {{ local_hour('settled.occurred_at') }} as local_hour,
        settled.settled_type as movement_type,
        settled.settled_type = 'spend'
        and settled.settled_refunded_fen < settled.amount_fen as is_outflow,
        settled.counterparty_token as payee_token,
        settled.payment_method_name,
        settled.category_name,
        settled.amount_fen as stated_fen,
        cast(case settled.settled_type
            when 'spend' then -settled.amount_fen
            when 'income' then settled.amount_fen
            when 'refund' then settled.amount_fen
            else 0
        end as bigint) as amount_fen,
        cast(settled.settled_refunded_fen as bigint) as refunded_fen,
        settled.first_received_at as available_at,
        batches.loaded_at as detected_at,
        settled._delivery_id as delivery_id,
        settled._line_number as line_number,
        {{ local_date('settled.occurred_at') }} as business_date
    from settled
    left join batches on settled._delivery_id = batches.delivery_id
)

select * from final
