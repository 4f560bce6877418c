{#- The rows of a relation known at the instant for which this run answers, one per `key`: the version
    recorded last (`recorded`, where the feed says when a row was written), else delivered last. -#}
{% macro latest_rows(relation, key, recorded=none) -%}
    select * from {{ relation }}
    where {{ known_by_as_of() }}
    qualify row_number() over (
        partition by {{ key | join(', ') }}
        order by
            {% if recorded %}{{ recorded }} desc,{% endif %}
            _received_at desc, _delivery_id desc, _line_number desc
    ) = 1
{%- endmacro %}
