with

final as (
    {{ seed_as_known('leak_data_classes', ['data_class']) }}
)

select * from final
