with

source as (
    select * from {{ source('raw', 'alert_feedback') }}
    where {{ known_by_as_of() }}
),

latest as (
    select * from source
    qualify row_number() over (
        partition by feedback_id
        order by _received_at desc, _delivery_id desc, _line_number desc
    ) = 1
),

final as (
    select
        feedback_id,
        subject_key,
        rule_id,
        dedup_key,
        alert_id,
        outcome_code,
        author_id,
        noted_at,
        expires_at,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from latest
)

select * from final
