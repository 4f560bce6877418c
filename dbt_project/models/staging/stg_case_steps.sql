with

latest as (
    {{ latest_rows(source('raw', 'case_steps'), ['step_id'], recorded='recorded_at') }}
),

final as (
    select
        step_id,
        case_id,
        subject_key,
        step_code,
        result_code,
        answers_step_id,
        institution_name,
        reference_number,
        evidence_sha256,
        evidence_count,
        note,
        author_id,
        happened_at,
        -- Order 631 of the State Council: objections within 20 days (art. 25), complaints 30 (art. 26).
        case step_code
            when 'objection_accepted' then {{ add_days(local_date('happened_at'), 20) }}
            when 'complaint_accepted' then {{ add_days(local_date('happened_at'), 30) }}
        end as answer_due_date,
        recorded_at,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from latest
)

select * from final
