with

lines as (
    select * from {{ ref('stg_bank_statements') }}
),

batches as (
    select * from {{ source('ledger', 'batches') }}
),

final as (
    select
        lines.line_key as movement_key,
        'bank_statements' as feed,
        lines.subject_key,
        lines.authorisation_id,
        lines.bank_code,
        lines.account_token,
        lines.transaction_id as trade_id,
        lines.occurred_at,
        {{ local_hour('lines.occurred_at') }} as local_hour,
        lines.movement_type,
        lines.movement_type = 'spend' as is_outflow,
        coalesce(lines.counterparty_token, lines.counterparty_account_token) as payee_token,
        abs(lines.amount_fen) as stated_fen,
        lines.amount_fen,
        lines.currency_code,
        lines.balance_fen,
        lines.first_received_at as available_at,
        batches.loaded_at as detected_at,
        lines._delivery_id as delivery_id,
        lines._line_number as line_number,
        lines.transaction_date as business_date
    from lines
    left join batches on lines._delivery_id = batches.delivery_id
)

select * from final
