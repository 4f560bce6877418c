with

items as (
    select
        *,
        case when account_kind_code like '%card' then account_kind_code else 'loan' end as family_code
    from {{ ref('stg_credit_reports') }}
    where item_type = 'account'
),

-- Brief and detailed reports name the same account by what both print; equal ones are told apart by
-- card, amount and order.
numbered as (
    select
        *,
        case when family_code <> 'loan' then currency_code end as key_currency_code,
        row_number() over (
            partition by
                report_key, family_code, institution_name, opened_date,
                case when family_code <> 'loan' then currency_code end
            order by
                coalesce(card_tail, ''), coalesce(loan_fen, credit_limit_fen, 0), item_number
        ) as twin_number
    from items
),

stated as (
    select
        *,
        case
            when status_code in ('closed', 'settled') then 'closed'
            when status_code in ('transferred', 'unused', 'bad_debt') then status_code
            when
                status_code = 'overdue' or is_overdue
                or (status_code = 'active' and coalesce(overdue_fen, 0) > 0)
                then 'overdue'
            when status_code in ('active', 'normal') then 'open'
            else 'restricted'
        end as state_code
    from numbered
),

final as (
    select
        {{ stable_id(['subject_key', 'family_code', 'institution_name', 'opened_date', 'key_currency_code', 'twin_number']) }}
            as account_key,
        item_key,
        report_key,
        subject_key,
        report_at,
        version_code,
        family_code,
        account_kind_code,
        business_type_name,
        institution_name,
        account_id_token,
        agreement_id_token,
        card_tail,
        currency_code,
        opened_date,
        due_date,
        state_code,
        status_code,
        closed_date,
        coalesce({{ month_text('closed_date') }}, closed_month) as closed_month,
        coalesce({{ month_text('as_of_date') }}, as_of_month) as as_of_month,
        coalesce(credit_limit_fen, loan_fen) as granted_fen,
        used_fen,
        coalesce(balance_fen, overdraft_fen) as balance_fen,
        overdue_fen,
        overdue_months_count,
        overdue_90_days_months_count,
        item_number,
        _received_at as received_at,
        _delivery_id as delivery_id,
        _line_number as line_number
    from stated
)

select * from final
