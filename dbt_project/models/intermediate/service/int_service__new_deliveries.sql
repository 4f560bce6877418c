{%- if not execute -%}{%- do source('builds', 'deliveries') -%}{%- endif -%}
with

batches as (
    select * from {{ source('ledger', 'batches') }}
    where status_code = 'loaded'
),

{% if only_new_is_asked() -%}
taken as (
    select * from {{ source('builds', 'deliveries') }}
    where mark_code = 'taken'
),

{% endif -%}
final as (
    select
        batches.delivery_id,
        batches.feed,
        batches.received_at
    from batches
    {%- if only_new_is_asked() %}
    left join taken on batches.delivery_id = taken.delivery_id
    where taken.delivery_id is null
    {%- endif %}
)

select * from final
