-- Every loyal customer is one whom the rollup of sales knows.
select loyal_customers.customer_id
from {{ ref('loyal_customers') }} as loyal_customers
left join {{ ref('fct_customer_periods') }} as periods
    on loyal_customers.customer_id = periods.customer_id
where periods.customer_id is null
