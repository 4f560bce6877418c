{#- First line of a model with one row or several per person and day (`subject_key`,
    `business_date`): a build of what is new replaces the person's rows from the first day on that the
    news can have changed, and leaves the others. What it selects is then to be limited with
    `only_judged`; rule_rows does that for rules. Spark builds such models whole. -#}
{% macro judged_by_day() -%}
    {{ replaces('judged_days', 'int_subjects__changed_from') }}
{%- endmacro %}


{#- The same, replacing all rows of people of whom anything changed. -#}
{% macro judged_by_subject() -%}
    {{ replaces('judged_subjects', 'int_subjects__changed_from') }}
{%- endmacro %}


{#- Condition that keeps the rows of `relation` which a build of what is new judges anew; rows of
    earlier days within `lookback_days` of them as well (`none`: all rows of the people judged). In a
    whole build it keeps everything. -#}
{% macro only_judged(relation, lookback_days=0) -%}
    {%- if builds_only_new() -%}
    {#- The engine compares days for every row that the first condition leaves. -#}
    {{ relation }}.subject_key in (select subject_key from {{ ref('int_subjects__changed_from') }})
    {%- if lookback_days is not none %}
    and exists (
        select 1
        from {{ ref('int_subjects__changed_from') }} as judged_days
        where
            judged_days.subject_key = {{ relation }}.subject_key
            and judged_days.from_date <= {{ add_days(relation ~ '.business_date', lookback_days) }}
    )
    {%- endif %}
    {%- else -%}
    true
    {%- endif -%}
{%- endmacro %}


{#- A model of which a build of what is new replaces the rows that `changed`, a model, names; how is
    the incremental strategy. -#}
{% macro replaces(strategy, changed) -%}
    {#- Only while dbt parses: a unit test gives no rows of it. -#}
    {%- if not execute -%}{%- do ref(changed) -%}{%- endif -%}
    {{ config(
        materialized='table' if target.type == 'spark' else 'incremental',
        incremental_strategy=strategy
    ) }}
{%- endmacro %}


{#- The same for models of who delivered what: rows of people of whom anything came. -#}
{% macro only_changed_subjects(relation) -%}
    {%- if builds_only_new() -%}
    {{ relation }}.subject_key in (select subject_key from {{ ref('int_feeds__changed_subjects') }})
    {%- else -%}
    true
    {%- endif -%}
{%- endmacro %}
