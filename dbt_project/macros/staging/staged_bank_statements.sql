{#- The query of stg_bank_statements over `raw`: all of the feed's rows, or in a build of what is new those
    of the days and trades that changed. -#}
{% macro staged_bank_statements(raw) -%}
with

source as (
    select
        *,
        -- What a statement says of a line for good; booking and state come later.
        {{ stable_id([
            'bank_code', 'account_token', 'transaction_date', timestamp_text('occurred_at'),
            'amount_fen', 'currency_code', 'balance_fen', 'transaction_id', 'counterparty_token',
            'counterparty_account_token', 'transaction_type_name', 'remark',
        ]) }} as content_key
    from {{ raw }}
    where {{ known_by_as_of() }}
),

-- Two lines that say the same in one statement are two transactions.
numbered as (
    select
        *,
        row_number() over (
            partition by subject_key, content_key, _delivery_id
            order by _line_number
        ) as equal_number
    from source
),

dated as (
    select
        *,
        min(_received_at) over (
            partition by subject_key, content_key, equal_number
        ) as first_received_at
    from numbered
),

latest as (
    {{ latest_rows('dated', ['subject_key', 'content_key', 'equal_number']) }}
),

final as (
    select
        {{ stable_id(['subject_key', 'content_key', 'equal_number']) }} as line_key,
        authorisation_id,
        subject_key,
        bank_code,
        account_token,
        transaction_id,
        transaction_date,
        booked_date,
        value_date,
        occurred_at,
        case
            when direction_code = 'in' and (
                transaction_type_name like '%退款%'
                or transaction_type_name like '%退货%'
                or transaction_type_name like '%冲正%'
                or transaction_type_name like '%冲账%'
                or transaction_type_name like '%撤销%'
            ) then 'refund'
            when direction_code = 'out' then 'spend'
            when direction_code = 'in' then 'income'
            else 'internal'
        end as movement_type,
        direction_code,
        amount_fen,
        currency_code,
        original_amount_fen,
        original_currency_code,
        balance_fen,
        counterparty_token,
        counterparty_account_token,
        transaction_type_name,
        status_name,
        channel_name,
        location_name,
        remark,
        statement_number,
        exported_at,
        first_received_at,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from latest
)

select * from final
{%- endmacro %}
