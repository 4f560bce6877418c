-- Who asked for a person's report, for which reason by the rulebook, and whether the person knows them.
with

enquiries as (
    select
        *,
        {{ reason_key('reason_name') }} as reason_key,
        least({{ day_start('enquired_date') }}, first_report_at) as event_at
    from {{ ref('int_credit__enquiries') }}
    where enquirer_code = 'institution'
),

reasons as (
    select * from {{ ref('int_rulebook__enquiry_reasons') }}
),

known_institutions as (
    select * from {{ ref('int_credit__known_institutions') }}
),

asked as (
    select distinct subject_key from known_institutions
    where source_code = 'declared'
),

-- Of a day alone is known what is known at any time of it.
known as (
    {{ known_at('enquiries', 'enquiry_key', "'institution'", 'institution_group', 'event_at',
        until=add_hours('enquiries.event_at', 24), ledger='known_institutions') }}
),

final as (
    select
        enquiries.enquiry_key,
        enquiries.subject_key,
        enquiries.enquired_date,
        enquiries.institution_group,
        reasons.reason_code,
        reasons.class_code,
        enquiries.is_news,
        asked.subject_key is not null as has_ledger,
        known.enquiry_key is not null as is_known,
        {{ days_between('enquiries.enquired_date', local_date('enquiries.first_report_at')) }}
            as age_days,
        enquiries.first_report_at,
        enquiries.event_at,
        enquiries.available_at,
        enquiries.detected_at,
        enquiries.delivery_id,
        enquiries.line_number
    from enquiries
    left join reasons
        on enquiries.reason_key = reasons.reason_key
        and enquiries.enquired_date >= reasons.valid_from
        and (reasons.valid_to is null or enquiries.enquired_date < reasons.valid_to)
    left join asked on enquiries.subject_key = asked.subject_key
    left join known on enquiries.enquiry_key = known.enquiry_key
)

select * from final
