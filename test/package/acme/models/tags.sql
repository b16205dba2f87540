select 'vip' as tag
