with

as_of as (
    select * from {{ ref('int_service__as_of') }}
),

known as (
    select
        institution_aliases.*,
        {{ institution_group('institution_aliases.alias_name') }} as alias_group
    from {{ ref('institution_aliases') }} as institution_aliases
    inner join as_of on institution_aliases.known_from <= {{ local_date('as_of.as_of_at') }}
),

final as (
    select
        alias_group,
        {{ institution_group('institution_group') }} as institution_group,
        valid_from,
        valid_to
    from known
    qualify row_number() over (
        partition by alias_group, institution_group, valid_from
        order by known_from desc, alias_name
    ) = 1
)

select * from final
