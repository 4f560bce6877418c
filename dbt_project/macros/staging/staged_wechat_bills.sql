{#- The query of stg_wechat_bills over `raw`: all of the feed's rows, or in a build of what is new those
    of the days and trades that changed. -#}
{% macro staged_wechat_bills(raw) -%}
with

dated as (
    select
        *,
        min(_received_at) over (partition by subject_key, trade_id, occurred_at) as first_received_at
    from {{ raw }}
    where {{ known_by_as_of() }}
),

latest as (
    {{ latest_rows('dated', ['subject_key', 'trade_id', 'occurred_at']) }}
),

classified as (
    select
        *,
        case
            when category_name like '%-退款' then 'refund'
            when status_name like '%失败' or status_name in ('已取消', '已关闭') then 'closed'
            when direction_code = 'out' then 'spend'
            when direction_code = 'in' then 'income'
            else 'internal'
        end as movement_type
    from latest
),

-- The state of an original says what came back: all of it, or `已退款(￥39.93)`.
refunded as (
    select
        *,
        case
            when status_name in ('已全额退款', '对方已退还', '朋友已退还') then amount_fen
            when status_name like '已退款%' then coalesce(
                cast(100 * cast(
                    nullif(
                        regexp_extract(
                            replace(status_name, ',', ''), '([0-9]+([.][0-9]+)?)', 1
                        ),
                        ''
                    )
                    as decimal(18, 2)
                ) as bigint),
                0
            )
            else 0
        end as refunded_fen
    from classified
),

-- A returned transfer or red packet: its trade number is the merchant number of the original.
originals as (
    select
        subject_key as original_subject_key,
        merchant_order_id as returned_as_trade_id,
        min(trade_id) as original_trade_id
    from refunded
    where movement_type <> 'refund' and merchant_order_id is not null
    group by subject_key, merchant_order_id
),

linked as (
    select
        refunded.*,
        coalesce(originals.original_trade_id, refunded.merchant_order_id) as original_trade_id
    from refunded
    left join originals
        on refunded.subject_key = originals.original_subject_key
        and refunded.trade_id = originals.returned_as_trade_id
),

final as (
    select
        authorisation_id,
        subject_key,
        trade_id,
        case when movement_type = 'refund' then original_trade_id end as original_trade_id,
        occurred_at,
        movement_type,
        direction_code,
        category_name,
        status_name,
        counterparty_token,
        cast(null as {{ dbt.type_string() }}) as counterparty_account_token,
        description,
        payment_method_name,
        merchant_order_id,
        amount_fen,
        refunded_fen,
        first_received_at,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from linked
)

select * from final
{%- endmacro %}
