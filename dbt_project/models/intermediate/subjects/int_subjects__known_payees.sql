with

movements as (
    select * from {{ ref('int_wallets__movements') }}
    where is_outflow and payee_token is not null
),

feedback as (
    select * from {{ ref('int_alerts__suppressions') }}
),

thresholds as (
    {{ thresholds(['min_seen_count'], owner='KNOWN-PAYEE') }}
),

ranked as (
    select
        movements.subject_key,
        movements.payee_token,
        movements.occurred_at,
        row_number() over (
            partition by movements.subject_key, movements.payee_token
            order by movements.occurred_at, movements.movement_key
        ) as seen_number,
        thresholds.min_seen_count
    from movements
    inner join thresholds on {{ in_force('movements.business_date') }}
),

-- Known after the payment that completes the count, not with it.
seen as (
    select
        subject_key,
        payee_token,
        'seen' as source_code,
        min(occurred_at) as known_from_at,
        cast(null as timestamp) as known_until_at
    from ranked
    where seen_number >= min_seen_count
    group by subject_key, payee_token
),

acknowledged as (
    select
        subject_key,
        dedup_key as payee_token,
        reason_code as source_code,
        min(created_at) as known_from_at,
        max(expires_at) as known_until_at
    from feedback
    group by subject_key, dedup_key, reason_code
),

final as (
    select * from seen
    union all
    select * from acknowledged
)

select * from final
