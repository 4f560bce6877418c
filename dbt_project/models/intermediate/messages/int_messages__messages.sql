with

sms as (
    select
        *,
        'sms_messages' as feed,
        cast(null as {{ dbt.type_string() }}) as app_id
    from {{ ref('stg_sms_messages') }}
),

notices as (
    select
        *,
        'app_notices' as feed,
        cast(null as {{ dbt.type_string() }}) as sender_code
    from {{ ref('stg_app_notices') }}
),

names as (
    select * from {{ ref('int_rulebook__platform_names') }}
    where name_number = 1
),

batches as (
    select * from {{ source('ledger', 'batches') }}
),

{% set shared -%}
    message_id, feed, subject_key, sender_code, app_id, sent_at, is_sent_at_known, message_class,
    platform_class, institution_code, signature_name, template_hash, has_link, first_received_at,
    first_delivery_id, first_line_number
{%- endset -%}
united as (
    select {{ shared }} from sms
    union all
    select {{ shared }} from notices
),

keyed as (
    select
        *,
        -- A phone's clock may be ahead of the delivery.
        least(sent_at, first_received_at) as event_at,
        {{ platform_key('coalesce(institution_code, signature_name, app_id, sender_code)') }} as platform_key
    from united
),

final as (
    select
        keyed.message_id,
        keyed.feed,
        keyed.subject_key,
        keyed.sender_code,
        keyed.app_id,
        keyed.event_at,
        keyed.is_sent_at_known,
        keyed.message_class,
        keyed.message_class = 'one_time_code' as is_code,
        -- What somebody does who opens or takes over an account, and what comes of it.
        keyed.message_class in (
            'registration_notice', 'login_notice', 'account_change', 'loan_notice', 'collection_notice'
        ) as is_enrolment_notice,
        -- What only a customer gets.
        keyed.message_class in (
            'bank_spend', 'bank_income', 'refund', 'repayment', 'bill_reminder', 'delivery',
            'telecom_notice', 'social_insurance', 'housing_fund'
        ) as is_service_notice,
        keyed.platform_class,
        keyed.platform_key,
        coalesce(
            names.institution_name, {{ institution_group('keyed.signature_name') }}
        ) as institution_group,
        keyed.template_hash,
        keyed.has_link,
        keyed.first_received_at as available_at,
        batches.loaded_at as detected_at,
        keyed.first_delivery_id as delivery_id,
        keyed.first_line_number as line_number,
        {{ local_date('keyed.event_at') }} as business_date
    from keyed
    left join names
        on keyed.platform_key = names.platform_key
        and {{ valid_on('names', local_date('keyed.event_at')) }}
    left join batches on keyed.first_delivery_id = batches.delivery_id
)

select * from final
