-- The person answers for a debt of another of which they told nothing.
with

liabilities as (
    select
        *,
        least(coalesce({{ day_start('opened_date') }}, first_report_at), first_report_at) as event_at
    from {{ ref('int_credit__liabilities') }}
),

known_things as (
    select * from {{ ref('int_subjects__known_things') }}
),

thresholds as (
    {{ thresholds(['first_report_score']) }}
),

asked as (
    select distinct subject_key from known_things
    where source_code = 'declared' and thing_type in ('institution', 'liability')
),

-- A guarantee of years ago that was told of before the report came is known.
known as (
    {{ known_at('liabilities', 'liability_key', "'liability'", 'institution_group', 'event_at',
        until='liabilities.available_at') }}
),

described as (
    select
        liabilities.subject_key,
        'credit_reports' as feed,
        coalesce(liabilities.institution_group, 'unnamed') as dedup_key,
        liabilities.liability_key as source_id,
        liabilities.event_at,
        liabilities.available_at,
        liabilities.detected_at,
        {{ json_text({
            'opened_date': "cast(liabilities.opened_date as " ~ dbt.type_string() ~ ")",
            'liability_fen': 'liabilities.liability_fen',
            'debtor_type_code': 'liabilities.debtor_type_code',
            'report_at': timestamp_text('liabilities.first_report_at'),
        }) }} as evidence,
        case
            when not liabilities.is_news and asked.subject_key is null then 'no_prior_snapshot'
        end as exit_reason,
        case
            when known.liability_key is not null and (liabilities.is_news or asked.subject_key is not null)
                then 'known_liability'
        end as suppression_reason,
        case when liabilities.is_news then 'critical' else 'medium' end as severity_code,
        case
            when liabilities.is_news then {{ rule_meta().base_score }}
            else thresholds.first_report_score
        end as base_score,
        liabilities.institution_group,
        liabilities.liability_fen as amount_fen,
        liabilities.delivery_id,
        liabilities.line_number
    from liabilities
    inner join thresholds on {{ in_force(local_date('liabilities.event_at')) }}
    left join asked on liabilities.subject_key = asked.subject_key
    left join known on liabilities.liability_key = known.liability_key
),

final as (
    {{ rule_rows('described', stated=['severity_code', 'base_score', 'institution_group', 'amount_fen']) }}
)

select * from final
