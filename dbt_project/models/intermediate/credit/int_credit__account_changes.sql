-- An account against the report before that lists it: what it was, and what it is.
with

accounts as (
    select * from {{ ref('int_credit__accounts') }}
),

reports as (
    select * from {{ ref('int_credit__reports') }}
),

before_and_after as (
    select
        accounts.*,
        lag(state_code) over (
            partition by account_key order by accounts.report_at, accounts.report_key
        ) as previous_state_code,
        lag(granted_fen) over (
            partition by account_key order by accounts.report_at, accounts.report_key
        ) as previous_granted_fen,
        lag(twins_count) over (
            partition by account_key order by accounts.report_at, accounts.report_key
        ) as previous_twins_count,
        lag(accounts.report_at) over (
            partition by account_key order by accounts.report_at, accounts.report_key
        ) as previous_report_at
    from accounts
),

final as (
    select
        before_and_after.*,
        before_and_after.previous_report_at is null
        and before_and_after.report_at > reports.first_report_at as is_opened,
        coalesce(
            before_and_after.state_code = 'closed'
            and before_and_after.previous_state_code <> 'closed',
            false
        ) as is_closed,
        coalesce(
            before_and_after.state_code <> 'closed'
            and before_and_after.state_code <> before_and_after.previous_state_code,
            false
        ) as is_status_changed,
        -- Limits in other currencies are printed in yuan and move with the rate; of equal accounts
        -- nobody knows which one had which limit.
        coalesce(
            before_and_after.granted_fen <> before_and_after.previous_granted_fen
            and coalesce(before_and_after.currency_code, 'CNY') = 'CNY'
            and before_and_after.twins_count = 1
            and before_and_after.previous_twins_count = 1,
            false
        ) as is_limit_changed
    from before_and_after
    inner join reports
        on before_and_after.report_key = reports.report_key
)

select * from final
