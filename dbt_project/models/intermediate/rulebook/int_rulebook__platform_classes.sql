with

final as (
    {{ seed_as_known('platform_classes', ['platform_class']) }}
)

select * from final
