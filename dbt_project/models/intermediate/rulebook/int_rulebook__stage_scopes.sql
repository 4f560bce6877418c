with

as_of as (
    select * from {{ ref('int_service__as_of') }}
),

final as (
    select
        scopes.stage_code,
        scopes.scope_code,
        scopes.valid_from,
        scopes.valid_to
    from {{ ref('chain_stage_scopes') }} as scopes
    inner join as_of on scopes.known_from <= {{ local_date('as_of.as_of_at') }}
    qualify row_number() over (
        partition by scopes.stage_code, scopes.scope_code, scopes.valid_from
        order by scopes.known_from desc
    ) = 1
)

select * from final
