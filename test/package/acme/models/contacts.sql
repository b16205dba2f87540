select 'Ada' as contact_name
