"""Invented lists of social insurance and housing funds, in the columns of the cities' portals."""

from __future__ import annotations

INSURANCE = {
    "beijing": ("养老保险缴费信息\n", "缴费年月,缴费类型,缴费基数,单位缴费,个人缴费,缴费单位名称"),
    "beijing_injury": ("工伤保险缴费信息\n", "缴费年月,缴费基数,单位缴费"),
    "shanghai": ("", "年月,缴费基数,养保个人缴费额,医保个人缴费额,失保个人缴费额"),
    "guangzhou": (
        "",
        "开始缴费日期,终止缴费日期,累计月数,缴费基数,养老单位缴费,养老个人缴费,失业单位缴费,"
        "失业个人缴费,工伤,生育,单位编号,单位名称,核定方式",
    ),
    "guangzhou_medical": (
        "",
        "历史单位编号,开始缴费日期,终止缴费日期,累计月数,转移/视同缴费,补收/补缴,单位缴费,个人缴费,"
        "政府资助,缴费基数,医保类别",
    ),
    "hangzhou": ("", "年月,险种类型,缴费基数,个人缴,单位编号,单位名称,缴费类型"),
    "zhejiang": ("", "缴费年月,缴费基数,个人缴费金额,公司名称,缴费类型,缴纳状态,险种类型"),
    "zhejiang_due": ("失业保险\n", "应征年月,缴费单位,缴费基数,个人缴费金额,到账情况"),
}
"""By layout: what stands above the list, and its header."""

FUND = {
    "beijing": "到账日期,汇补缴年月,业务类型,增加额(元),减少额(元),余额(元)",
    "beijing_centre": (
        "业务发生日期,单位登记号,账户名称,业务类型,汇缴年月,增加金额,减少金额,余额,缴款单位,"
        "支付方式,业务流水号,操作平台"
    ),
    "guangzhou": "序号,记账日期,业务类型,汇补缴年月,发生额（元）,余额（元）,到账日期",
    "hangzhou": "记账日期,摘要,增加,减少,余额",
    "hangzhou_monthly": (
        "业务年月,缴存类型,月缴存额单位,月缴存额个人,月缴存额合计,补缴金额,是否入账"
    ),
    "shanghai": "日期,单位名称,金额,业务描述,业务原因",
    "zhejiang": "入账日期,业务类型,汇缴年月,发生额,账户余额,单位名称",
}
"""Header by layout.

The portals of Shanghai and Zhejiang were not seen: their headers here and in the contract are our
assumption, in the words of the other portals.
"""


def insurance_list(layout: str, *lines: str) -> bytes:
    """A list of social insurance."""
    above, header = INSURANCE[layout]
    return (above + "\n".join([header, *lines]) + "\n").encode()


def fund_ledger(layout: str, *lines: str) -> bytes:
    """A ledger of a housing fund, as portals give it in GBK."""
    return ("\n".join([FUND[layout], *lines]) + "\n").encode("gbk")
