with

-- One value may be handed in by several institutions: it is known by the value alone.
items as (
    select
        *,
        case item_type
            when 'phone' then coalesce(phone_token, other_phone_token)
            when 'address' then address_token
            else employer_token
        end as value_token
    from {{ ref('stg_credit_reports') }}
    where item_type in ('phone', 'address', 'employer')
),

values_shown as (
    select * from items
    where value_token is not null
    qualify row_number() over (
        partition by report_key, item_type, value_token
        order by item_number
    ) = 1
),

shown as (
    select
        *,
        {{ stable_id(['subject_key', 'item_type', 'value_token']) }} as identity_key
    from values_shown
),

{{ first_shown('shown', 'identity_key') }},

final as (
    select
        identity_key,
        subject_key,
        item_type as identity_type,
        value_token,
        institution_name,
        updated_date,
        first_report_at,
        last_report_at,
        first_report_at > first_detailed_at as is_news,
        report_key,
        received_at,
        delivery_id,
        line_number
    from first_shown
)

select * from final
