{{ judged_by_day() }}
with

wallets as (
    select * from {{ ref('int_wallets__movements') }} as movements
    where {{ only_judged('movements') }}
),

banks as (
    select * from {{ ref('int_banks__movements') }} as movements
    where {{ only_judged('movements') }}
),

legs as (
    select * from {{ ref('int_subjects__wallet_legs') }}
),

of_wallets as (
    select
        movement_key,
        feed,
        subject_key,
        feed as account_key,
        trade_id as source_id,
        occurred_at,
        occurred_at as judged_at,
        true as is_time_known,
        local_hour,
        movement_type,
        is_outflow,
        movement_type = 'income' as is_inflow,
        false as is_passive,
        false as is_own_move,
        false as is_card_present,
        false as names_wallet,
        false as is_wallet_leg,
        cast(null as {{ dbt.type_string() }}) as wallet_movement_key,
        payee_token,
        stated_fen,
        amount_fen,
        cast(null as bigint) as balance_fen,
        cast(null as {{ dbt.type_string() }}) as place_name,
        available_at,
        detected_at,
        delivery_id,
        line_number,
        business_date
    from wallets
),

of_banks as (
    select
        banks.movement_key,
        banks.feed,
        banks.subject_key,
        coalesce(banks.account_token, banks.bank_code, banks.feed) as account_key,
        banks.movement_key as source_id,
        banks.occurred_at,
        -- A day without a time is over when it is judged: what else happened on it came before.
        coalesce(
            banks.occurred_at,
            {{ utc_timestamp("(cast(" ~ add_days('banks.business_date', 1) ~ " as timestamp) - interval '1' second)") }}
        ) as judged_at,
        banks.occurred_at is not null as is_time_known,
        banks.local_hour,
        banks.movement_type,
        banks.is_outflow
        and not banks.is_passive
        and not banks.is_own_move
        and legs.bank_movement_key is null
        and coalesce(banks.currency_code, 'CNY') = 'CNY' as is_outflow,
        banks.movement_type = 'income'
        and not banks.is_passive
        and not banks.is_own_move
        and not banks.names_wallet
        and legs.bank_movement_key is null
        and coalesce(banks.currency_code, 'CNY') = 'CNY' as is_inflow,
        banks.is_passive,
        banks.is_own_move,
        banks.is_card_present,
        banks.names_wallet,
        legs.bank_movement_key is not null as is_wallet_leg,
        legs.wallet_movement_key,
        banks.payee_token,
        banks.stated_fen,
        banks.amount_fen,
        banks.balance_fen,
        banks.place_name,
        banks.available_at,
        banks.detected_at,
        banks.delivery_id,
        banks.line_number,
        banks.business_date
    from banks
    left join legs on banks.movement_key = legs.bank_movement_key
),

final as (
    select * from of_wallets
    union all
    select * from of_banks
)

select * from final
