with

reports as (
    select * from {{ ref('stg_credit_reports') }}
    where item_type = 'report'
),

-- What a report shows first is news only when an earlier one could have shown it.
final as (
    select
        report_key,
        subject_key,
        report_number_token,
        report_at,
        queried_at,
        version_code,
        generation_code,
        lag(report_at) over (
            partition by subject_key
            order by report_at, report_key
        ) as previous_report_at,
        min(report_at) over (partition by subject_key) as first_report_at,
        min(report_at) over (
            partition by subject_key, generation_code
        ) as first_of_generation_at,
        min(case when version_code = 'detailed' then report_at end) over (
            partition by subject_key
        ) as first_detailed_at,
        _received_at as received_at,
        _delivery_id as delivery_id,
        _line_number as line_number
    from reports
)

select * from final
