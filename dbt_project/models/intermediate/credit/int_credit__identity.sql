with

-- One value may be handed in by several institutions: it is known by the value alone.
items as (
    select
        items.*,
        institutions.institution_group,
        case items.item_type
            when 'phone' then coalesce(items.phone_token, items.other_phone_token)
            when 'address' then items.address_token
            else items.employer_token
        end as value_token
    from {{ ref('stg_credit_reports') }} as items
    left join {{ ref('int_credit__institutions') }} as institutions
        on
            items.subject_key = institutions.subject_key
            and items.institution_name = institutions.institution_name
    where items.item_type in ('phone', 'address', 'employer')
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
        institution_group,
        updated_date,
        first_report_at,
        last_report_at,
        first_report_at > first_detailed_at as is_news,
        report_key,
        received_at,
        available_at,
        detected_at,
        delivery_id,
        line_number
    from first_shown
)

select * from final
