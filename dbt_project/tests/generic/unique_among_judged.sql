{#- No two rows share the values of `columns`, among which is the day or what is of one day. A build of
    what is new looks at the people and days that it judged; the others were looked at before. -#}
{% test unique_among_judged(model, columns, lookback_days=0) %}
{%- if not execute -%}{%- do ref('int_subjects__changed_from') -%}{%- endif -%}

select {{ columns | join(', ') }}
from {{ model }} as judged
{%- if execute and run_variable('only_new') is not none %}
where
    judged.subject_key in (select subject_key from {{ ref('int_subjects__changed_from') }})
    {%- if lookback_days is not none %}
    and exists (
        select 1
        from {{ ref('int_subjects__changed_from') }} as changed
        where changed.subject_key = judged.subject_key and changed.from_date <= judged.business_date
    )
    {%- endif %}
{%- endif %}
group by {{ columns | join(', ') }}
having count(*) > 1

{% endtest %}
