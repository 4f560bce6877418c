{{ staged_wechat_bills(source('raw', 'wechat_bills')) }}
