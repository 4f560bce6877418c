"""Who is behind a message: institutions by name, by short code and by app, with their class.

Public knowledge about public bodies; who is not listed keeps the name that signs the message.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Institution:
    """`names`: expression of its names; `sender`: its short code; `app`: start of its app's id."""

    code: str
    platform_class: str
    names: str
    sender: str = ""
    app: str = ""

    @property
    def expression(self) -> str:
        """Matches the identity of a message: sender or app, title, and signatures."""
        parts = [self.names]
        if self.sender:
            parts.append(rf"(?m:^(?:\+?86)?(?:106[0-9]*)?(?:{self.sender})$)")
        if self.app:
            parts.append(rf"(?m:^(?:{self.app}))")
        return "|".join(parts)


BANK, LOAN, PAYMENT, BROKERAGE = "bank", "loan", "payment", "brokerage"
TELECOM, INSURANCE, GOVERNMENT = "telecom", "insurance", "government"
SHOPPING, LOGISTICS, SOCIAL, TRAVEL = "shopping", "logistics", "social", "travel"
UNKNOWN = "unknown"
PLATFORM_CLASSES = (
    *(BANK, LOAN, PAYMENT, BROKERAGE, TELECOM, INSURANCE),
    *(GOVERNMENT, SHOPPING, LOGISTICS, SOCIAL, TRAVEL, UNKNOWN),
)

INSTITUTIONS = (
    # Lenders stand before the banks and wallets whose names they carry.
    Institution("DOUYIN_PAY_LATER", LOAN, "抖音月付|放心借"),
    Institution("MEITUAN_PAY_LATER", LOAN, "美团月付|美团生活费"),
    Institution("HUABEI", LOAN, "花呗|借呗|蚂蚁消费金融"),
    Institution("BAITIAO", LOAN, "白条|京东金条|京东金融"),
    Institution("WELAB", LOAN, "微粒贷"),
    Institution("DU_XIAOMAN", LOAN, "度小满|有钱花"),
    Institution("MASHANG", LOAN, "马上消费|安逸花"),
    Institution("ZHAOLIAN", LOAN, "招联"),
    Institution("QIHOO_LOAN", LOAN, "360借条|奇富"),
    Institution("LUFAX", LOAN, "陆金所|平安普惠"),
    Institution("PPDAI", LOAN, "拍拍贷|信也"),
    Institution("LEXIN", LOAN, "分期乐|乐信"),
    Institution("ICBC", BANK, "工商银行|工行", "95588", r"com\.icbc"),
    Institution("ABC", BANK, "农业银行|农行", "95599", r"com\.android\.bankabc"),
    Institution("BOC", BANK, "中国银行|中行", "95566", r"com\.chinamworld\.bocmbci"),
    Institution("CCB", BANK, "建设银行|建行", "95533", r"com\.chinamworld\.main"),
    Institution("BOCOM", BANK, "交通银行|交行", "95559", r"com\.bankcomm"),
    Institution("PSBC", BANK, "邮储银行|邮政储蓄", "95580", r"com\.yitong\.mbank\.psbc"),
    Institution(
        "CMB",
        BANK,
        "招商银行|招行|掌上生活",
        "(?:0*)95555|[0-9]{0,4}95555",
        r"cmb\.pb|com\.cmbchina",
    ),
    Institution("CITIC", BANK, "中信银行", "95558", r"com\.ecitic"),
    Institution("SPDB", BANK, "浦发银行|浦东发展银行", "95528", r"cn\.com\.spdb"),
    Institution("CIB", BANK, "兴业银行", "95561", r"com\.cib"),
    Institution("CGB", BANK, "广发银行|广发卡", "95508", r"com\.cgbchina"),
    Institution("CMBC", BANK, "民生银行", "95568", r"com\.cmbc"),
    Institution("CEB", BANK, "光大银行", "95595", r"com\.cebbank"),
    Institution("PAB", BANK, "平安银行", "95511", r"com\.pingan\.paces"),
    Institution("HXB", BANK, "华夏银行", "95577", r"com\.hxb"),
    Institution("CZB", BANK, "浙商银行", "95527"),
    Institution("BOHAI", BANK, "渤海银行", "95541"),
    Institution("EGB", BANK, "恒丰银行", "95395"),
    Institution("BOB", BANK, "北京银行", "95526"),
    Institution("BOS", BANK, "(?:^|[^浦])上海银行", "95594"),
    Institution("JSB", BANK, "江苏银行", "95319"),
    Institution("NJCB", BANK, "南京银行", "95302"),
    Institution("NBCB", BANK, "宁波银行", "95574"),
    Institution("HZCB", BANK, "杭州银行", "95398"),
    Institution("CQCB", BANK, "重庆银行", "956023"),
    Institution("SRCB", BANK, "上海农商银行", "962999"),
    Institution("WEBANK", BANK, "微众银行", "95384"),
    Institution("MYBANK", BANK, "网商银行", "95188[0-9]*"),
    Institution("DCEP", PAYMENT, "数字人民币", "", r"cn\.gov\.pbc\.dcep"),
    Institution("UNIONPAY", PAYMENT, "银联|云闪付|支付助手", "95516", r"com\.unionpay"),
    Institution("ALIPAY", PAYMENT, "支付宝", "95188", r"com\.eg\.android\.AlipayGphone"),
    Institution("WECHAT_PAY", PAYMENT, "微信支付|财付通", "95017", r"com\.tencent\.mm"),
    Institution("JD", SHOPPING, "京东", "950618", r"com\.jingdong"),
    Institution("TAOBAO", SHOPPING, "淘宝|天猫|阿里巴巴", "", r"com\.taobao"),
    Institution("PDD", SHOPPING, "拼多多", "", r"com\.xunmeng"),
    Institution("MEITUAN", SHOPPING, "美团|大众点评", "", r"com\.sankuai"),
    Institution("SF_EXPRESS", LOGISTICS, "顺丰", "95338"),
    Institution("CHINA_MOBILE", TELECOM, "中国移动", "10086[0-9]*"),
    Institution("CHINA_UNICOM", TELECOM, "中国联通", "1001[0-9]+"),
    Institution("CHINA_TELECOM", TELECOM, "中国电信", "10000[0-9]*|10001"),
    Institution("CHINA_BROADNET", TELECOM, "中国广电", "10099"),
    Institution("MIIT_LOOKUP", GOVERNMENT, "工信部|一证通查", "10699000"),
    Institution("CREDIT_CENTRE", GOVERNMENT, "征信中心|人民银行"),
    Institution("HOUSING_FUND", GOVERNMENT, "公积金", "12329"),
    Institution("SOCIAL_INSURANCE", GOVERNMENT, "社会保险|社保|人社|人力资源", "12333"),
    Institution("RAILWAY_12306", TRAVEL, "铁路12306|12306", "12306"),
)

CLASS_BY_WORDS = (
    ("银行|农商行|农信|信用社|信用联社", BANK),
    ("消费金融|贷|借款|借条|借钱|分期|月付", LOAN),
    ("证券|期货|基金|同花顺|东方财富|雪球|富途", BROKERAGE),
    ("保险|人寿|财险|车险", INSURANCE),
    ("支付|钱包|收银|智能卡|互联互通卡|一卡通", PAYMENT),
    ("移动|联通|电信|广电|运营商", TELECOM),
    ("公安|政务|税务|法院|医保|疾控|市场监管|交警|反诈", GOVERNMENT),
    ("快递|速递|物流|驿站|丰巢|菜鸟|圆通|中通|申通|韵达|邮政", LOGISTICS),
    ("商城|超市|优选|外卖|饿了么|唯品会|苏宁|得物|闲鱼", SHOPPING),
    ("微博|抖音|快手|知乎|小红书|陌陌|探探|世纪佳缘|珍爱网|QQ|哔哩哔哩|微信", SOCIAL),
    ("航空|酒店|携程|飞猪|去哪儿|滴滴|同程|高速|ETC|打车|出行", TRAVEL),
)
"""Class of who is not listed, by the words of the name: (expression, class)."""
