-- A court or an agency has something on record against the person that was not there before.
with

records as (
    select
        *,
        least(coalesce({{ day_start('record_date') }}, first_report_at), first_report_at) as event_at
    from {{ ref('int_credit__public_records') }}
),

described as (
    select
        subject_key,
        'credit_reports' as feed,
        record_key as dedup_key,
        record_key as source_id,
        event_at,
        available_at,
        detected_at,
        {{ json_text({
            'record_type': 'record_type',
            'record_date': "cast(record_date as " ~ dbt.type_string() ~ ")",
            'amount_fen': 'amount_fen', 'settled_fen': 'settled_fen',
            'report_at': timestamp_text('first_report_at'),
        }) }} as evidence,
        case when not is_news then 'no_prior_snapshot' end as exit_reason,
        cast(null as {{ dbt.type_string() }}) as suppression_reason,
        institution_name as institution_group,
        amount_fen,
        delivery_id,
        line_number
    from records
),

final as (
    {{ rule_rows('described', stated=['institution_group', 'amount_fen']) }}
)

select * from final
