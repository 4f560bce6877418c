-- What the reports say of each month of an account, whichever of them says it.
with

accounts as (
    select * from {{ ref('int_credit__accounts') }}
    where family_code <> 'recovery'
),

reports as (
    select * from {{ ref('int_credit__reports') }}
),

printed as (
    select
        accounts.account_key,
        accounts.report_key,
        accounts.report_at,
        months.reported_month,
        months.repayment_code,
        months.overdue_fen,
        true as is_printed,
        months._delivery_id as delivery_id,
        months._line_number as line_number
    from {{ ref('stg_credit_reports') }} as months
    inner join accounts
        on months.report_key = accounts.report_key
        and months.parent_number = accounts.item_number
    where months.item_type = 'account_month' and months.repayment_code is not null
),

-- A brief report tells no months, but how the account stood in the last one.
stated as (
    select
        account_key,
        report_key,
        report_at,
        coalesce(as_of_month, closed_month, {{ month_text(local_date('report_at')) }})
            as reported_month,
        case state_code
            when 'open' then 'N'
            when 'overdue' then '1'
            when 'bad_debt' then 'B'
            when 'closed' then 'C'
        end as repayment_code,
        overdue_fen,
        false as is_printed,
        delivery_id,
        line_number
    from accounts
    where state_code in ('open', 'overdue', 'bad_debt', 'closed')
),

told as (
    select * from printed
    union all
    select * from stated
),

final as (
    select
        told.account_key,
        reports.subject_key,
        told.reported_month,
        told.repayment_code,
        told.overdue_fen,
        told.is_printed,
        reports.first_report_at,
        min(told.report_at) over (
            partition by told.account_key, told.reported_month, told.repayment_code
        ) as first_told_at,
        min(reports.available_at) over (
            partition by told.account_key, told.reported_month, told.repayment_code
        ) as available_at,
        min(reports.detected_at) over (
            partition by told.account_key, told.reported_month, told.repayment_code
        ) as detected_at,
        told.delivery_id,
        told.line_number
    from told
    inner join reports on told.report_key = reports.report_key
    qualify row_number() over (
        partition by told.account_key, told.reported_month
        order by
            case when told.is_printed then 0 else 1 end,
            told.report_at desc, told.report_key desc, told.line_number desc
    ) = 1
)

select * from final
