with

ledger as (
    select * from {{ ref('int_subjects__known_things') }}
    where thing_type = 'institution'
),

ties as (
    select * from {{ ref('int_credit__institution_ties') }}
),

acknowledged as (
    {{ acknowledged_at_start('ledger') }}
),

asked as (
    select distinct subject_key from ledger
    where source_code = 'declared'
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
