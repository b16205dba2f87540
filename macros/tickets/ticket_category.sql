{#
    The category that a text of Intercom's names: Customer, Back-office or Tracker. A conversation's attribute says `Tracker ticket`, and
    older records write `back_office`. Any other text stays as it is.
#}
{% macro ticket_category(text) -%}
    case
        when lower({{ text }}) like 'customer%' then 'Customer'
        when lower({{ text }}) like 'back_office%' then 'Back-office'
        when lower({{ text }}) like 'tracker%' then 'Tracker'
        else nullif({{ text }}, '')
    end
{%- endmacro %}
