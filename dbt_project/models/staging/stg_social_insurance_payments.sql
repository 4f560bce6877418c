{%- set kinds = {
    'pension': ['pension_employer_fen', 'pension_personal_fen'],
    'medical': [none, 'medical_personal_fen'],
    'unemployment': ['unemployment_employer_fen', 'unemployment_personal_fen'],
    'work_injury': ['work_injury_employer_fen', none],
    'maternity': ['maternity_employer_fen', none],
} -%}

with

source as (
    select * from {{ source('raw', 'social_insurance_payments') }}
    where {{ known_by_as_of() }}
),

-- A row with several insurances becomes one row for each that it has an amount of.
by_insurance as (
    {%- for kind, (employer_fen, personal_fen) in kinds.items() %}
    select
        authorisation_id,
        subject_key,
        region_code,
        '{{ kind }}' as insurance_code,
        first_month,
        last_month,
        paid_for_date,
        months_count,
        coalesce(contribution_code, 'regular') as contribution_code,
        contribution_base_fen,
        case when insurance_code = 'several' then {{ employer_fen or 'null' }} else employer_fen end as employer_fen,
        case when insurance_code = 'several' then {{ personal_fen or 'null' }} else personal_fen end as personal_fen,
        subsidy_fen,
        employer_token,
        employer_code,
        status_name,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from source
    where
        insurance_code = '{{ kind }}'
        or (insurance_code = 'several' and coalesce({{ employer_fen or 'null' }}, {{ personal_fen or 'null' }}) is not null)
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

described as (
    select
        *,
        {{ stable_id([
            'subject_key', 'region_code', 'insurance_code', 'first_month', 'last_month',
            'contribution_code', 'coalesce(employer_token, employer_code)',
        ]) }} as content_key
    from by_insurance
),

-- Lists carry no ids: equal rows of one list are told apart by their order, later lists replace.
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
        {{ stable_id(['content_key', 'occurrence_number']) }} as payment_key,
        authorisation_id,
        subject_key,
        region_code,
        insurance_code,
        first_month,
        last_month,
        paid_for_date,
        months_count,
        contribution_code,
        contribution_base_fen,
        employer_fen,
        personal_fen,
        subsidy_fen,
        employer_token,
        employer_code,
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
