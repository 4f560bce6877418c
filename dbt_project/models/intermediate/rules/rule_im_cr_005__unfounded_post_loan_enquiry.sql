-- An institution looks after a loan or guarantee that no report shows.
with

enquiries as (
    select * from {{ ref('int_credit__classed_enquiries') }}
    where class_code = 'post_loan' or class_code is null
),

ties as (
    select * from {{ ref('int_credit__institution_ties') }}
),

thresholds as (
    {{ thresholds(['lookback_days', 'first_report_days']) }}
),

judged as (
    select
        enquiries.*,
        case when enquiries.class_code is null then 'parse_low_confidence' end as exit_reason,
        {{ add_days('enquiries.enquired_date', '-thresholds.lookback_days') }} as lookback_date
    from enquiries
    inner join thresholds on {{ in_force('enquiries.enquired_date') }}
    where enquiries.is_news or enquiries.age_days <= thresholds.first_report_days
),

-- Reported with the enquiry or before, or only by a later report.
founded as (
    select
        judged.enquiry_key,
        min(ties.first_report_at) <= min(judged.first_report_at) as is_founded
    from judged
    inner join ties
        on judged.subject_key = ties.subject_key
        and judged.institution_group = ties.institution_group
        and (ties.ended_date is null or ties.ended_date >= judged.lookback_date)
    group by judged.enquiry_key
),

described as (
    select
        judged.subject_key,
        'credit_reports' as feed,
        coalesce(judged.institution_group, 'unnamed') as dedup_key,
        judged.enquiry_key as source_id,
        judged.event_at,
        judged.available_at,
        judged.detected_at,
        {{ json_text({
            'enquired_date': "cast(judged.enquired_date as " ~ dbt.type_string() ~ ")",
            'reason_code': 'judged.reason_code', 'age_days': 'judged.age_days',
            'report_at': timestamp_text('judged.first_report_at'),
        }) }} as evidence,
        judged.exit_reason,
        case
            when judged.exit_reason is not null then null
            when founded.enquiry_key is not null then 'account_reported_later'
            when judged.is_known then 'known_institution'
        end as suppression_reason,
        judged.institution_group,
        judged.delivery_id,
        judged.line_number
    from judged
    left join founded on judged.enquiry_key = founded.enquiry_key
    where judged.exit_reason is not null or not coalesce(founded.is_founded, false)
),

final as (
    {{ rule_rows('described', stated=['institution_group']) }}
)

select * from final
