with

messages as (
    select * from {{ ref('int_messages__messages') }}
),

events as (
    select * from {{ ref('int_platforms__events') }}
),

names as (
    select * from {{ ref('int_rulebook__platform_names') }}
),

platforms as (
    select platform_key, institution_group from messages
    where platform_key is not null
    union
    select platform_key, institution_group from events
),

final as (
    select
        platform_key,
        platform_key as lookup_key
    from platforms
    union
    select
        platform_key,
        {{ platform_key('institution_group') }} as lookup_key
    from platforms
    where institution_group is not null
    union
    select
        platforms.platform_key,
        {{ platform_key(institution_group('names.institution_name')) }} as lookup_key
    from platforms
    inner join names on platforms.platform_key = names.platform_key
)

select * from final
