-- Extensions that billing has given, from every version of a subscription: the last one names only the
-- case that it was extended for last.
with

versions as (
    select * from {{ source('raw', 'subscriptions') }}
    where {{ known_by_as_of() }} and free_extension_case_id is not null
),

final as (
    select
        subscription_id,
        free_extension_case_id as case_id,
        recorded_at as given_at,
        service_until_at
    from versions
    qualify row_number() over (
        partition by subscription_id, free_extension_case_id
        order by recorded_at, _received_at, _delivery_id, _line_number
    ) = 1
)

select * from final
