{%- if not execute -%}{%- do source('raw', 'bank_statements') -%}{%- endif -%}
with

{% if only_new_is_asked() -%}
lines as (
    select * from {{ source('raw', 'bank_statements') }}
),

new_deliveries as (
    select * from {{ ref('int_service__new_deliveries') }}
    where feed = 'bank_statements'
),

-- The receipt is one of the keys because rows lie in its order: days of other receipts are not read.
final as (
    select
        lines.subject_key,
        min(coalesce({{ local_date('lines.occurred_at') }}, lines.transaction_date)) as first_event_date,
        lines.transaction_date as business_date
    from lines
    inner join new_deliveries
        on lines._delivery_id = new_deliveries.delivery_id
        and lines._received_at = new_deliveries.received_at
    group by lines.subject_key, lines.transaction_date
)
{%- else -%}
final as (
    select
        cast(null as {{ dbt.type_string() }}) as subject_key,
        cast(null as date) as first_event_date,
        cast(null as date) as business_date
    from {{ ref('int_service__new_deliveries') }}
    where false
)
{%- endif %}

select * from final
