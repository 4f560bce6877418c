{%- set outgoing = "('withdrawal', 'transfer_out', 'account_closed', 'loan_repayment')" -%}

with

source as (
    select * from {{ source('raw', 'housing_fund_payments') }}
    where {{ known_by_as_of() }}
),

-- Some funds write every amount without sign; what leaves the fund is told by the business.
signed as (
    select
        *,
        case
            when change_fen is null and back_payment_fen is null then null
            when business_code in {{ outgoing }} then -abs(coalesce(change_fen, 0))
            else coalesce(change_fen, 0) + coalesce(back_payment_fen, 0)
        end as signed_change_fen
    from source
),

described as (
    select
        *,
        {{ stable_id([
            'subject_key', 'region_code', 'posted_date', 'paid_for_month', 'business_code',
            'signed_change_fen', 'serial_id',
        ]) }} as content_key
    from signed
),

-- Ledgers carry no ids: equal lines of one ledger are told apart by their order, later ones replace.
numbered as (
    select
        *,
        row_number() over (
            partition by content_key, _delivery_id
            order by _line_number
        ) as occurrence_number
    from described
),

dated as (
    select
        *,
        {{ first_told(['content_key', 'occurrence_number']) }}
    from numbered
),

latest as (
    {{ latest_rows('dated', ['content_key', 'occurrence_number']) }}
),

final as (
    select
        {{ stable_id(['content_key', 'occurrence_number']) }} as movement_key,
        authorisation_id,
        subject_key,
        region_code,
        posted_date,
        paid_for_month,
        business_code,
        signed_change_fen as change_fen,
        employer_fen,
        personal_fen,
        balance_fen,
        employer_token,
        employer_code,
        channel_name,
        serial_id,
        status_name,
        first_received_at,
        first_delivery_id,
        first_line_number,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from latest
)

select * from final
