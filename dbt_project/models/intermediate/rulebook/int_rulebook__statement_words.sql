with

as_of as (
    select * from {{ ref('int_service__as_of') }}
),

final as (
    select
        statement_words.word_type,
        statement_words.word,
        '%' || statement_words.word || '%' as word_pattern,
        statement_words.valid_from,
        statement_words.valid_to
    from {{ ref('statement_words') }} as statement_words
    inner join as_of on statement_words.known_from <= {{ local_date('as_of.as_of_at') }}
    qualify row_number() over (
        partition by statement_words.word_type, statement_words.word, statement_words.valid_from
        order by statement_words.known_from desc
    ) = 1
)

select * from final
