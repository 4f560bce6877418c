{{ judged_by_subject() }}
with

movements as (
    select * from {{ ref('int_subjects__movements') }} as movements
    where is_outflow and payee_token is not null and {{ only_judged('movements', lookback_days=none) }}
),

misuse as (
    select * from {{ ref('int_subjects__misuse') }}
    where known_until_at = cast('9999-12-31' as timestamp)
),

known_things as (
    select * from {{ ref('int_subjects__known_things') }} as things
    where thing_type = 'payee' and {{ only_judged('things', lookback_days=none) }}
),

thresholds as (
    {{ thresholds(['min_seen_count'], owner='KNOWN-PAYEE') }}
),

-- Days, not payments: who empties an account in an hour pays often too.
paid_days as (
    select
        subject_key,
        payee_token,
        business_date,
        min(judged_at) as first_paid_at
    from movements
    group by subject_key, payee_token, business_date
),

ranked as (
    select
        paid_days.*,
        row_number() over (
            partition by paid_days.subject_key, paid_days.payee_token
            order by paid_days.business_date
        ) as seen_number,
        thresholds.min_seen_count
    from paid_days
    inner join thresholds on {{ in_force('paid_days.business_date') }}
),

distrusted as (
    select
        movements.subject_key,
        movements.payee_token,
        min(misuse.known_from_at) as known_until_at
    from misuse
    inner join movements on misuse.movement_key = movements.movement_key
    group by movements.subject_key, movements.payee_token
),

-- Known after the payment that completes the count, not with it; until it is confirmed as misuse.
seen as (
    select
        ranked.subject_key,
        ranked.payee_token,
        'seen' as source_code,
        min(ranked.first_paid_at) as known_from_at,
        min(distrusted.known_until_at) as known_until_at
    from ranked
    left join distrusted
        on ranked.subject_key = distrusted.subject_key
        and ranked.payee_token = distrusted.payee_token
    where ranked.seen_number >= ranked.min_seen_count
    group by ranked.subject_key, ranked.payee_token
),

told as (
    select
        subject_key,
        thing_key as payee_token,
        source_code,
        known_from_at,
        case when count(*) = count(known_until_at) then max(known_until_at) end as known_until_at
    from known_things
    group by subject_key, thing_key, source_code, known_from_at
),

final as (
    select * from seen
    union all
    select * from told
)

select * from final
