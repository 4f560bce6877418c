{{ judged_by_day() }}
-- An account on which nothing moved for half a year wakes: a large debit or a binding.
with

movements as (
    select * from {{ ref('int_subjects__movements') }} as movements
    where
        movement_type <> 'closed'
        and not is_passive
        and {{ only_judged('movements', lookback_days=none) }}
),

bindings as (
    select * from {{ ref('stg_platform_events') }} as events
    where event_code = 'card_bound' and {{ only_judged('events', lookback_days=none) }}
),

batches as (
    select * from {{ source('ledger', 'batches') }}
),

known_payees as (
    select * from {{ ref('int_subjects__known_payees') }}
),

thresholds as (
    {{ thresholds(['dormant_days', 'awake_days', 'min_debit_fen', 'max_check_fen']) }}
),

-- A payment with a wallet that draws on a card wakes the card as well: here the bank's leg counts.
activity as (
    select
        movement_key as event_key,
        subject_key,
        account_key,
        feed,
        source_id,
        judged_at as event_at,
        business_date,
        payee_token,
        case when is_outflow or (is_wallet_leg and amount_fen < 0) then stated_fen else 0 end as debit_fen,
        case when names_wallet and movement_type = 'spend' then stated_fen end as check_fen,
        false as is_binding,
        available_at,
        detected_at,
        delivery_id,
        line_number
    from movements
    union all
    select
        {{ stable_id(["'platform_events'", 'bindings.platform_code', 'bindings.event_id']) }} as event_key,
        bindings.subject_key,
        bindings.account_token as account_key,
        'platform_events' as feed,
        bindings.event_id as source_id,
        bindings.occurred_at as event_at,
        {{ local_date('bindings.occurred_at') }} as business_date,
        cast(null as {{ dbt.type_string() }}) as payee_token,
        cast(0 as bigint) as debit_fen,
        cast(null as bigint) as check_fen,
        true as is_binding,
        bindings._received_at as available_at,
        batches.loaded_at as detected_at,
        bindings._delivery_id as delivery_id,
        bindings._line_number as line_number
    from bindings
    left join batches on bindings._delivery_id = batches.delivery_id
),

active_days as (
    select distinct subject_key, account_key, business_date from activity
),

preceded as (
    select
        subject_key,
        account_key,
        business_date as woken_date,
        lag(business_date) over (
            partition by subject_key, account_key
            order by business_date
        ) as last_date
    from active_days
),

-- The first day known of an account may be its first or follow on a long sleep.
wakes as (
    select
        preceded.*,
        thresholds.awake_days,
        thresholds.min_debit_fen,
        thresholds.max_check_fen
    from preceded
    inner join thresholds on {{ in_force('preceded.woken_date') }}
    where
        preceded.last_date is null
        or {{ days_between('preceded.last_date', 'preceded.woken_date') }} >= thresholds.dormant_days
),

candidates as (
    select
        activity.*,
        wakes.woken_date,
        wakes.last_date,
        activity.is_binding or coalesce(activity.check_fen <= wakes.max_check_fen, false) as binds
    from activity
    inner join wakes
        on activity.subject_key = wakes.subject_key
        and activity.account_key = wakes.account_key
        and activity.business_date >= wakes.woken_date
        and activity.business_date <= {{ add_days('wakes.woken_date', 'wakes.awake_days') }}
    where
        activity.debit_fen >= wakes.min_debit_fen
        or activity.is_binding
        or activity.check_fen <= wakes.max_check_fen
),

judged as (
    select * from candidates
    qualify row_number() over (
        partition by subject_key, account_key, woken_date
        order by event_at, event_key
    ) = 1
),

acknowledged as (
    {{ known_payee('judged', 'event_key', 'payee_token', 'event_at') }}
),

described as (
    select
        judged.subject_key,
        judged.feed,
        judged.account_key as dedup_key,
        judged.source_id,
        judged.event_at,
        judged.available_at,
        judged.detected_at,
        {{ json_text({
            'last_date': 'cast(judged.last_date as ' ~ dbt.type_string() ~ ')',
            'dormant_days': days_between('judged.last_date', 'judged.woken_date'),
            'days_awake': days_between('judged.woken_date', 'judged.business_date'),
            'debit_fen': 'judged.debit_fen',
            'kind': "case when judged.binds then 'binding' else 'debit' end",
        }) }} as evidence,
        case when judged.last_date is null then 'insufficient_history' end as exit_reason,
        case when acknowledged.event_key is not null then 'known_payee' end as suppression_reason,
        judged.debit_fen as amount_fen,
        judged.delivery_id,
        judged.line_number
    from judged
    left join acknowledged on judged.event_key = acknowledged.event_key
),

final as (
    {{ rule_rows('described', stated=['amount_fen']) }}
)

select * from final
