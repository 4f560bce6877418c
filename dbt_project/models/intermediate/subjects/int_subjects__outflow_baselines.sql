with

movements as (
    select * from {{ ref('int_wallets__movements') }}
    where is_outflow
),

confirmed_misuse as (
    select distinct subject_key, dedup_key as payee_token
    from {{ ref('stg_alert_feedback') }}
    where outcome_code = 'confirmed_misuse'
),

-- What a thief spent says nothing about the person's habits.
own_outflows as (
    select
        movements.subject_key,
        movements.business_date,
        movements.local_hour,
        -movements.amount_fen as outflow_fen
    from movements
    left join confirmed_misuse
        on movements.subject_key = confirmed_misuse.subject_key
        and movements.payee_token = confirmed_misuse.payee_token
    where confirmed_misuse.subject_key is null
),

judged_days as (
    select distinct subject_key, business_date from movements
),

first_days as (
    select subject_key, min(business_date) as first_date
    from movements
    group by subject_key
),

-- Strictly past: the judged day is not part of its own baseline.
windowed as (
    select
        judged_days.subject_key,
        judged_days.business_date,
        own_outflows.outflow_fen,
        own_outflows.local_hour
    from judged_days
    inner join own_outflows
        on judged_days.subject_key = own_outflows.subject_key
        and own_outflows.business_date >= {{ add_days('judged_days.business_date', -var('baseline_days')) }}
        and own_outflows.business_date < judged_days.business_date
),

centres as (
    select
        subject_key,
        business_date,
        count(*) as outflow_count,
        sum(case when {{ is_night('local_hour') }} then 1 else 0 end) as night_count,
        {{ median('outflow_fen') }} as median_fen,
        {{ percentile('outflow_fen', 0.95) }} as p95_fen
    from windowed
    group by subject_key, business_date
),

spreads as (
    select
        windowed.subject_key,
        windowed.business_date,
        {{ median('abs(windowed.outflow_fen - centres.median_fen)') }} as mad_fen
    from windowed
    inner join centres
        on windowed.subject_key = centres.subject_key
        and windowed.business_date = centres.business_date
    group by windowed.subject_key, windowed.business_date
),

final as (
    select
        centres.subject_key,
        cast(centres.outflow_count as bigint) as outflow_count,
        cast(centres.night_count as bigint) as night_count,
        centres.median_fen,
        spreads.mad_fen,
        centres.p95_fen,
        cast({{ days_between('first_days.first_date', 'centres.business_date') }} as bigint) as history_days,
        centres.business_date
    from centres
    inner join spreads
        on centres.subject_key = spreads.subject_key
        and centres.business_date = spreads.business_date
    inner join first_days on centres.subject_key = first_days.subject_key
)

select * from final
