{#- One row per period (valid_from, valid_to) with the values that hold in it, a column per name.
    `owner` is the rule that owns the rows; by default the one being compiled, whose yml must name the
    same thresholds (a test sees to it that each has a value). -#}
{% macro thresholds(names, owner=none) -%}
    {%- if execute and model.resource_type == 'model' and owner is none -%}
        {%- if names | sort != model.config.meta.thresholds | sort -%}
            {{ exceptions.raise_compiler_error(
                "found: " ~ model.name ~ " asks for thresholds " ~ names | join(', ')
                ~ "; expected: those of its meta; remedy: name the same in " ~ model.name ~ ".yml"
            ) }}
        {%- endif -%}
    {%- endif -%}
    select
        valid_from,
        valid_to
        {%- for name in names %},
        max(case when threshold_name = '{{ name }}' then threshold_value end) as {{ name }}
        {%- endfor %}
    from {{ ref('int_rulebook__thresholds') }}
    where rule_id = '{{ owner or rule_id() }}'
    group by valid_from, valid_to
{%- endmacro %}


{#- Join condition: the period of `thresholds` that holds on `day`. -#}
{% macro in_force(day) -%}
    {{ day }} >= thresholds.valid_from
    and ({{ day }} < thresholds.valid_to or thresholds.valid_to is null)
{%- endmacro %}
