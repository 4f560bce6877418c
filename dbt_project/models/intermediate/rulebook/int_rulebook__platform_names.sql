with

final as (
    {{ seed_as_known('platform_names', ['platform_key', 'institution_name']) }}
)

select * from final
