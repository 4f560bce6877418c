-- What ties a person to an institution: accounts, liabilities and credit lines of all reports.
with

reports as (
    select * from {{ ref('int_credit__reports') }}
),

accounts as (
    select
        subject_key,
        institution_group,
        'account' as tie_type,
        opened_date,
        case
            when state_code = 'closed' then coalesce(
                closed_date,
                {{ add_days(month_start(month_number('closed_month') ~ ' + 1'), -1) }},
                {{ local_date('report_at') }}
            )
        end as ended_date,
        min(report_at) over (partition by account_key) as first_report_at
    from {{ ref('int_credit__accounts') }}
    qualify row_number() over (
        partition by account_key
        order by report_at desc, report_key desc
    ) = 1
),

liabilities as (
    select
        subject_key,
        institution_group,
        'liability' as tie_type,
        opened_date,
        cast(null as date) as ended_date,
        first_report_at
    from {{ ref('int_credit__liabilities') }}
),

credit_lines as (
    select
        items.subject_key,
        institutions.institution_group,
        'credit_line' as tie_type,
        items.opened_date,
        cast(null as date) as ended_date,
        min(items.report_at) as first_report_at
    from {{ ref('stg_credit_reports') }} as items
    inner join {{ ref('int_credit__institutions') }} as institutions
        on
            items.subject_key = institutions.subject_key
            and items.institution_name = institutions.institution_name
    where items.item_type = 'credit_line'
    group by items.subject_key, institutions.institution_group, items.opened_date
),

ties as (
    select * from accounts
    union all
    select * from liabilities
    union all
    select * from credit_lines
),

first_reports as (
    select
        subject_key,
        min(report_at) as report_at
    from reports
    group by subject_key
),

final as (
    select
        ties.*,
        ties.first_report_at = first_reports.report_at as is_of_first_report
    from ties
    inner join first_reports on ties.subject_key = first_reports.subject_key
    where ties.institution_group is not null
)

select * from final
