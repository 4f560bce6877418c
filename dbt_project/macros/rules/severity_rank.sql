{#- Severities in order, low 1 to critical 4. -#}
{% macro severity_rank(code) -%}
    case {{ code }} when 'critical' then 4 when 'high' then 3 when 'medium' then 2 else 1 end
{%- endmacro %}

{% macro severity_of_rank(rank) -%}
    case {{ rank }} when 4 then 'critical' when 3 then 'high' when 2 then 'medium' else 'low' end
{%- endmacro %}
