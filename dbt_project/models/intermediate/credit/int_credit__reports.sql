with

reports as (
    select * from {{ ref('stg_credit_reports') }}
    where item_type = 'report'
),

batches as (
    select * from {{ source('ledger', 'batches') }}
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
        reports._received_at as received_at,
        reports._delivery_id as delivery_id,
        reports._line_number as line_number,
        reports.first_received_at as available_at,
        greatest(reports._received_at, batches.loaded_at) as detected_at
    from reports
    left join batches on reports._delivery_id = batches.delivery_id
)

select * from final
