-- one row per state: acme's own table of that name, made of our marts
select
    state,
    count(*) as conversations,
    sum(count_customer_messages) as customer_messages,
    max(plan) as plan
from {{ ref('intercom_warehouse', 'conversation_metrics') }}
group by state
