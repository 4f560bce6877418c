{{ config(materialized='view') }}
with

final as (
    {{ union_of_folder('rules') }}
)

select * from final
