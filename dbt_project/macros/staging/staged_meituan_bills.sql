{#- The query of stg_meituan_bills over `raw`: all of the feed's rows, or in a build of what is new those
    of the days and trades that changed. -#}
{% macro staged_meituan_bills(raw) -%}
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
            when category_name = '退款' then 'refund'
            when direction_code = 'out' then 'spend'
            when direction_code = 'in' then 'income'
            else 'internal'
        end as movement_type
    from latest
),

-- A refund has numbers of its own. Its title and what came back are those of the order, so the
-- first refund of equal orders belongs to the first of them, the second to the second.
ranked as (
    select
        *,
        row_number() over (
            partition by subject_key, movement_type, description, paid_fen
            order by occurred_at, trade_id
        ) as equal_number
    from classified
),

originals as (
    select
        subject_key as original_subject_key,
        description as original_description,
        paid_fen as original_paid_fen,
        equal_number as original_number,
        occurred_at as original_occurred_at,
        trade_id as original_trade_id
    from ranked
    where movement_type = 'spend'
),

linked as (
    select
        ranked.*,
        originals.original_trade_id
    from ranked
    left join originals
        on ranked.movement_type = 'refund'
        and ranked.subject_key = originals.original_subject_key
        and ranked.description = originals.original_description
        and ranked.paid_fen = originals.original_paid_fen
        and ranked.equal_number = originals.original_number
        and ranked.occurred_at >= originals.original_occurred_at
),

final as (
    select
        authorisation_id,
        subject_key,
        trade_id,
        original_trade_id,
        occurred_at,
        movement_type,
        direction_code,
        category_name,
        cast(null as {{ dbt.type_string() }}) as status_name,
        cast(null as {{ dbt.type_string() }}) as counterparty_token,
        cast(null as {{ dbt.type_string() }}) as counterparty_account_token,
        description,
        payment_method_name,
        merchant_order_id,
        paid_fen as amount_fen,
        cast(0 as bigint) as refunded_fen,
        first_received_at,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from linked
)

select * from final
{%- endmacro %}
