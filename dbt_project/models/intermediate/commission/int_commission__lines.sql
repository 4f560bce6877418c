with

final as (
    {{ union_of_folder('deal_types') }}
)

select * from final
