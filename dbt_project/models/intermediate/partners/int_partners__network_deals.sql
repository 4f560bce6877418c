{{ config(materialized='view') }}

with

final as (
    {{ union_of_folder('partners/networks') }}
)

select * from final
