{#- In every row the parts add up to the total. A missing total or part fails too: comparing with
    null is never true, and would let it pass in silence. -#}
{% test sums_to(model, total, parts) %}

select *
from {{ model }}
where ({{ parts | join(' + ') }}) is distinct from {{ total }} or {{ total }} is null

{% endtest %}
