{#- Whether this run works only on what came since the last whole build (`only_new`, which
    `tallywatch build` gives when nothing else has changed since), and the model being compiled has
    rows of that build to keep. -#}
{% macro builds_only_new() -%}
    {{ return(only_new_is_asked() and is_incremental()) }}
{%- endmacro %}


{#- The same for models that say what changed and are made anew every time. -#}
{% macro only_new_is_asked() -%}
    {{ return(execute and model.resource_type == 'model' and run_variable('only_new') is not none) }}
{%- endmacro %}
