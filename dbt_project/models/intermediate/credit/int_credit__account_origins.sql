-- Every account once: what the first report that lists it says of it, and whether the person knew of it.
with

accounts as (
    select * from {{ ref('int_credit__accounts') }}
),

reports as (
    select * from {{ ref('int_credit__reports') }}
),

known_institutions as (
    select * from {{ ref('int_credit__known_institutions') }}
),

acknowledged_institutions as (
    select * from known_institutions
    where source_code <> 'first_report'
),

listed as (
    select
        accounts.*,
        reports.previous_report_at,
        accounts.report_at = reports.first_report_at as is_of_first_report,
        min(reports.available_at) over (partition by accounts.account_key) as available_at,
        min(reports.detected_at) over (partition by accounts.account_key) as detected_at,
        {%- for used in ['accounts.report_at', 'reports.available_at', 'reports.detected_at'] %}
        min(case when accounts.state_code not in ('unused', 'closed') then {{ used }} end) over (
            partition by accounts.account_key
        ) as used_{{ used.split('.')[1] }}{{ ',' if not loop.last }}
        {%- endfor %}
    from accounts
    inner join reports on accounts.report_key = reports.report_key
),

origins as (
    select
        *,
        least(coalesce({{ day_start('opened_date') }}, report_at), report_at) as event_at
    from listed
    qualify row_number() over (
        partition by account_key
        order by report_at, report_key
    ) = 1
),

-- Of a day alone is known what is known at any time of it.
known as (
    {{ known_at('origins', 'account_key', "'institution'", 'institution_group', 'event_at',
        until=add_hours('origins.event_at', 24), ledger='known_institutions') }}
),

acknowledged as (
    {{ known_at('origins', 'account_key', "'institution'", 'institution_group', 'event_at',
        until=add_hours('origins.event_at', 24), ledger='acknowledged_institutions') }}
),

transfers as (
    select
        account_key,
        max(subject_key) as subject_key,
        max(institution_group) as institution_group,
        min(opened_date) as opened_date,
        min(case when state_code = 'transferred' then report_at end) as transferred_at,
        max_by(
            balance_fen,
            case when state_code <> 'transferred' then {{ timestamp_text('report_at') }} end
        ) as last_balance_fen
    from accounts
    where family_code = 'loan'
    group by account_key
    having max(case when state_code = 'transferred' then 1 else 0 end) = 1
),

-- A loan that one lender passed to another: the day, or just the sum still owed, says that it is the
-- same debt, and it went away no earlier than the other came. Loans of equal sums are many.
taken_over as (
    select distinct origins.account_key
    from origins
    inner join transfers
        on origins.subject_key = transfers.subject_key
        and origins.institution_group <> transfers.institution_group
        and origins.opened_date >= transfers.opened_date
        and (
            origins.previous_report_at is null
            or origins.previous_report_at < transfers.transferred_at
        )
        and (
            origins.opened_date = transfers.opened_date
            or origins.granted_fen = transfers.last_balance_fen
        )
    where origins.family_code = 'loan'
),

final as (
    select
        origins.account_key,
        origins.subject_key,
        origins.family_code,
        origins.account_kind_code,
        origins.institution_group,
        origins.opened_date,
        origins.currency_code,
        origins.granted_fen,
        origins.state_code,
        origins.report_key,
        origins.report_at as first_report_at,
        origins.previous_report_at,
        origins.is_of_first_report,
        acknowledged.account_key is not null as is_acknowledged,
        known.account_key is not null as is_known,
        taken_over.account_key is not null as is_taken_over,
        origins.used_report_at,
        origins.used_available_at,
        origins.used_detected_at,
        origins.event_at,
        origins.available_at,
        origins.detected_at,
        origins.delivery_id,
        origins.line_number
    from origins
    left join known on origins.account_key = known.account_key
    left join acknowledged on origins.account_key = acknowledged.account_key
    left join taken_over on origins.account_key = taken_over.account_key
)

select * from final
