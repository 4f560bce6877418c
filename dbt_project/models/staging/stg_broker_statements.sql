with

source as (
    select
        *,
        {{ stable_id([
            'broker_code', 'account_token', 'traded_date', timestamp_text('occurred_at'),
            'operation_name', 'security_code', 'traded_count', 'held_count', 'price_text',
            'amount_fen', 'balance_fen', 'trade_id', 'contract_id',
        ]) }} as content_key
    from {{ source('raw', 'broker_statements') }}
    where {{ known_by_as_of() }}
),

-- Two lines that say the same in one statement are two executions.
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
        broker_code,
        account_token,
        shareholder_account_token,
        traded_date,
        occurred_at,
        case
            when operation_name in ('买', '证券买入', '买入') then 'buy'
            when operation_name in ('卖', '证券卖出', '卖出') then 'sell'
            when operation_name in ('银行转证券', '银证转入') then 'deposit'
            when operation_name in ('证券转银行', '银证转出') then 'withdrawal'
            when operation_name like '%红利%' or operation_name like '%股息%' then 'dividend'
            when operation_name like '%利息%' then 'interest'
            else 'other'
        end as operation_type,
        operation_name,
        security_code,
        security_name,
        price_text,
        traded_count,
        held_count,
        turnover_fen,
        amount_fen,
        balance_fen,
        total_fee_fen,
        commission_fen,
        stamp_duty_fen,
        transfer_fee_fen,
        other_fee_fen,
        currency_code,
        trade_id,
        contract_id,
        first_received_at,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from latest
)

select * from final
