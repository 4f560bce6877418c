{%- set feeds = granted_feeds() -%}
with

new_deliveries as (
    select * from {{ ref('int_service__new_deliveries') }}
),

final as (
    {%- if only_new_is_asked() %}
    {%- for name in feeds | map(attribute='name') | list + ['authorisations'] %}
    select told.subject_key
    from {{ source('raw', name) }} as told
    inner join new_deliveries
        on told._delivery_id = new_deliveries.delivery_id
        and told._received_at = new_deliveries.received_at
    {{ 'union' if not loop.last }}
    {%- endfor %}
    {%- else %}
    select delivery_id as subject_key from new_deliveries
    where false
    {%- endif %}
)

select * from final
