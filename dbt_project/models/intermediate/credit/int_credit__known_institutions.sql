with

ledger as (
    select * from {{ ref('int_subjects__known_things') }}
    where thing_type = 'institution'
),

ties as (
    select * from {{ ref('int_credit__institution_ties') }}
),

thresholds as (
    {{ thresholds(['acknowledgement_days'], owner='LEDGER') }}
),

asked as (
    select
        subject_key,
        min(known_from_at) as acknowledged_at
    from ledger
    where source_code = 'declared'
    group by subject_key
),

-- What a person acknowledges at the start covers the past: an account of ten years ago is known,
-- although it was told of today.
acknowledged as (
    select
        ledger.subject_key,
        ledger.thing_type,
        ledger.thing_key,
        ledger.source_code,
        case
            when
                ledger.source_code = 'declared'
                and {{ local_date('ledger.known_from_at') }} <= {{ add_days(
                    local_date('asked.acknowledged_at'), 'thresholds.acknowledgement_days'
                ) }}
                then cast('1900-01-01 00:00:00' as timestamp)
            else ledger.known_from_at
        end as known_from_at,
        ledger.known_until_at
    from ledger
    left join asked on ledger.subject_key = asked.subject_key
    left join thresholds on {{ in_force(local_date('asked.acknowledged_at')) }}
),

-- Who was never asked is judged by what the first report shows.
seen as (
    select distinct
        ties.subject_key,
        'institution' as thing_type,
        ties.institution_group as thing_key,
        'first_report' as source_code,
        cast('1900-01-01 00:00:00' as timestamp) as known_from_at,
        cast(null as timestamp) as known_until_at
    from ties
    left join asked on ties.subject_key = asked.subject_key
    where ties.is_of_first_report and asked.subject_key is null
),

final as (
    select * from acknowledged
    union all
    select * from seen
)

select * from final
