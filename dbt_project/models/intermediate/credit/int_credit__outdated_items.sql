-- Adverse items that the person's last report still shows although their time of keeping is over.
with

reports as (
    select * from {{ ref('int_credit__reports') }}
    qualify row_number() over (
        partition by subject_key
        order by report_at desc, report_key desc
    ) = 1
),

items as (
    select * from {{ ref('stg_credit_reports') }}
    where
        item_type in ('disposal', 'advance', 'tax_arrear', 'judgment', 'enforcement', 'penalty')
        or (
            item_type = 'account'
            and (
                status_code in ('bad_debt', 'overdue')
                or has_been_overdue
                or overdue_months_count > 0
            )
        )
        or (
            item_type = 'account_month'
            and repayment_code in ('1', '2', '3', '4', '5', '6', '7', 'B', 'D', 'G', 'Z')
        )
),

thresholds as (
    {{ thresholds(['keep_days'], owner='ADVERSE-ITEM') }}
),

final as (
    select
        items.item_key,
        items.subject_key,
        items.report_key,
        items.item_type,
        items.institution_name,
        items.reported_month,
        items.repayment_code,
        coalesce(items.amount_fen, items.claim_fen, items.overdue_fen) as amount_fen,
        items.kept_from_date,
        {{ add_days('items.kept_from_date', 'thresholds.keep_days') }} as kept_until_date,
        {{ days_between(
            add_days('items.kept_from_date', 'thresholds.keep_days'), local_date('reports.report_at')
        ) }} as outdated_days,
        reports.report_at,
        reports.available_at,
        items._delivery_id as delivery_id,
        items._line_number as line_number
    from items
    inner join reports on items.report_key = reports.report_key
    inner join thresholds on {{ in_force(local_date('reports.report_at')) }}
    where
        {{ add_days('items.kept_from_date', 'thresholds.keep_days') }}
        < {{ local_date('reports.report_at') }}
)

select * from final
