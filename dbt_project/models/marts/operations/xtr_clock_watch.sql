with

clocks as (
    select * from {{ ref('fct_clocks') }}
),

cases as (
    select * from {{ ref('fct_case_lifecycle') }}
),

incidents as (
    select * from {{ ref('xtr_incidents') }}
),

final as (
    select
        clocks.clock_id,
        clocks.subject_key,
        clocks.clock_code,
        clocks.status_code,
        {{ timestamp_text(local_timestamp('clocks.started_at')) }} as started_shanghai,
        {{ timestamp_text(local_timestamp('clocks.due_at')) }} as due_shanghai,
        clocks.started_at,
        clocks.due_at,
        clocks.stopped_at,
        case clocks.clock_code
            when 'objection_20d' then '征信业管理条例 第二十五条'
            when 'complaint_30d' then '征信业管理条例 第二十六条'
            else '服务承诺'
        end as ground_zh,
        case clocks.clock_code
            when 'objection_20d' then 'Credit Reporting Regulation, article 25'
            when 'complaint_30d' then 'Credit Reporting Regulation, article 26'
            else 'Promise of the service'
        end as ground_en,
        clocks.source_id,
        clocks.case_id,
        clocks.incident_id,
        coalesce(cases.severity_code, incidents.severity_code) as severity_code,
        coalesce(cases.institution_group, incidents.institution_group) as institution_group,
        cases.handler_id,
        cases.last_step_code
    from clocks
    left join cases on clocks.case_id = cases.case_id
    left join incidents on clocks.incident_id = incidents.incident_id
)

select * from final
