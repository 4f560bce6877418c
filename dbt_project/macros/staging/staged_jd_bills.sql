{#- The query of stg_jd_bills over `raw`: all of the feed's rows, or in a build of what is new those
    of the days and trades that changed. -#}
{% macro staged_jd_bills(raw) -%}
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

-- JD takes a wholly refunded order out of both income and expense; it was paid all the same.
classified as (
    select
        *,
        case
            when status_name in ('退款成功', '退款中') then 'refund'
            when status_name like '%失败'
                or status_name in ('交易关闭', '等待付款', '已取消') then 'closed'
            when direction_code = 'out' or refunded_fen > 0 then 'spend'
            when direction_code = 'in' then 'income'
            else 'internal'
        end as movement_type
    from latest
),

final as (
    select
        authorisation_id,
        subject_key,
        trade_id,
        -- A refund carries the number of the order that it returns.
        case when movement_type = 'refund' then trade_id end as original_trade_id,
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
        coalesce(refunded_fen, 0) as refunded_fen,
        first_received_at,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from classified
)

select * from final
{%- endmacro %}
