with

as_of as (
    select * from {{ ref('int_service__as_of') }}
),

known as (
    select
        enquiry_reasons.*,
        {{ reason_key('enquiry_reasons.reason_name') }} as reason_key
    from {{ ref('enquiry_reasons') }} as enquiry_reasons
    inner join as_of on enquiry_reasons.known_from <= {{ local_date('as_of.as_of_at') }}
),

final as (
    select
        reason_key,
        reason_code,
        class_code,
        meaning,
        valid_from,
        valid_to
    from known
    qualify row_number() over (
        partition by reason_key, valid_from
        order by known_from desc, reason_name
    ) = 1
)

select * from final
