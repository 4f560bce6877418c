{#- All rows of the models in a folder (a path under `models/intermediate/`), which have equal columns.
    dbt wants their names while it parses, before it knows what the folder holds: `models_in` lists
    them. `tallywatch build` derives that list before every build, and it is compared here with what
    dbt found, so that a build with a forgotten model stops. -#}
{% macro union_of_folder(folder) -%}
    {%- set listed = models_in(folder) | sort -%}
    {%- if execute -%}
        {%- set found = [] -%}
        {%- for node in graph.nodes.values() -%}
            {%- if node.resource_type == 'model' and node.fqn[1:-1] == ['intermediate'] + folder.split('/') -%}
                {%- do found.append(node.name) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if found | sort != listed -%}
            {{ exceptions.raise_compiler_error(
                "found: models " ~ found | sort | join(', ') ~ " in " ~ folder
                ~ "; expected: " ~ listed | join(', ')
                ~ "; remedy: run `tallywatch build`, which derives macros/models_in.sql from the folders"
            ) }}
        {%- endif -%}
    {%- endif -%}
    {%- for name in listed %}
    select * from {{ ref(name) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
