with

items as (
    select
        items.*,
        institutions.institution_group,
        case
            when items.item_type <> 'account' then 'recovery'
            when items.account_kind_code like '%card' then items.account_kind_code
            else 'loan'
        end as family_code
    from {{ ref('stg_credit_reports') }} as items
    left join {{ ref('int_credit__institutions') }} as institutions
        on
            items.subject_key = institutions.subject_key
            and items.institution_name = institutions.institution_name
    where items.item_type in ('account', 'disposal', 'advance')
),

stated as (
    select
        *,
        case when family_code like '%card' then currency_code end as key_currency_code,
        case
            when status_code in ('closed', 'settled') then 'closed'
            when family_code = 'recovery' then case when balance_fen = 0 then 'closed' else 'open' end
            when status_code in ('transferred', 'unused', 'bad_debt') then status_code
            when
                status_code = 'overdue' or is_overdue
                or (status_code = 'active' and coalesce(overdue_fen, 0) > 0)
                then 'overdue'
            when status_code in ('active', 'normal') then 'open'
            else 'restricted'
        end as state_code
    from items
),

-- Brief and detailed reports name the same account by what both print. Equal ones are told apart by
-- what stays the same, ended ones first, and never by their order in the report: item_number decides
-- between those only of which everything is the same.
numbered as (
    select
        *,
        row_number() over (
            partition by
                report_key, family_code, institution_group, opened_date, key_currency_code
            order by
                coalesce(loan_fen, claim_fen, 0),
                case when state_code = 'closed' then 0 else 1 end,
                institution_name, coalesce(card_tail, ''), coalesce(credit_limit_fen, 0),
                coalesce(account_id_token, ''), state_code, item_number
        ) as twin_number,
        count(*) over (
            partition by
                report_key, family_code, institution_group, opened_date, key_currency_code
        ) as twins_count
    from stated
),

final as (
    select
        {{ stable_id(['subject_key', 'family_code', 'institution_group', 'opened_date', 'key_currency_code', 'twin_number']) }}
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
        institution_group,
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
        coalesce(credit_limit_fen, loan_fen, claim_fen) as granted_fen,
        used_fen,
        coalesce(balance_fen, overdraft_fen) as balance_fen,
        overdue_fen,
        overdue_months_count,
        overdue_90_days_months_count,
        twins_count,
        item_number,
        _received_at as received_at,
        _delivery_id as delivery_id,
        _line_number as line_number
    from numbered
)

select * from final
