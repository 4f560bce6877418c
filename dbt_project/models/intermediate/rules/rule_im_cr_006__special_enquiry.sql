-- An unknown institution asked for the report for what is not credit: a merchant, a firm, a housing fund.
with

enquiries as (
    select * from {{ ref('int_credit__classed_enquiries') }}
    where class_code = 'special' or class_code is null
),

plans as (
    select * from {{ ref('int_credit__declared_plans') }}
    where plan_type in ('self_employed', 'fund_withdrawal')
),

thresholds as (
    {{ thresholds(['plan_days', 'first_report_days']) }}
),

judged as (
    select
        enquiries.*,
        thresholds.plan_days,
        case
            when enquiries.class_code is null then 'parse_low_confidence'
            when not enquiries.is_news and not enquiries.has_ledger then 'no_prior_snapshot'
        end as exit_reason
    from enquiries
    inner join thresholds on {{ in_force('enquiries.enquired_date') }}
    where enquiries.is_news or enquiries.age_days <= thresholds.first_report_days
),

-- Who has a business is asked about as its owner: as a merchant (19), an executive (22), for standing (25).
planned as (
    select distinct judged.enquiry_key
    from judged
    inner join plans
        on judged.subject_key = plans.subject_key
        and plans.holds_from_date <= {{ add_days('judged.enquired_date', 'judged.plan_days') }}
        and (
            plans.holds_until_date is null
            or plans.holds_until_date >= {{ add_days('judged.enquired_date', '-judged.plan_days') }}
        )
        and (
            (plans.plan_type = 'self_employed' and judged.reason_code in ('19', '22', '25'))
            or (plans.plan_type = 'fund_withdrawal' and judged.reason_code = '16')
        )
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
            when judged.is_known then 'known_institution'
            when planned.enquiry_key is not null then 'declared_plan'
        end as suppression_reason,
        judged.institution_group,
        judged.delivery_id,
        judged.line_number
    from judged
    left join planned on judged.enquiry_key = planned.enquiry_key
),

final as (
    {{ rule_rows('described', stated=['institution_group']) }}
)

select * from final
