"""Who lives in the demo. All names are invented; the address says what somebody shows.

The accounts and the password are printed at the start and on the sign-in page, so they exist where
``DEMO`` is on and nowhere else; ``manage.py demo`` refuses to make them elsewhere.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

PASSWORD = "sand-and-gold"  # noqa: S105  known to everybody, and meant to be
DOMAIN = "shalijin.example"


@dataclass(frozen=True)
class Account:
    """One who can sign in: ``name``@shalijin.example."""

    name: str
    handle: str
    display_name: str
    shows: str

    @property
    def email(self) -> str:
        return f"{self.name}@{DOMAIN}"


ACCOUNTS = (
    Account("member", "ahe", "阿禾", _("a member")),
    Account("learner", "xiaoman", "小满", _("a learner in a camp")),
    Account("assistant", "linjie", "林姐", _("an assistant")),
    Account("lead", "wenzhu", "闻竹", _("the lead of a camp")),
    Account("owner", "laozhou", "老周", _("the owner of a space")),
    Account("coordinator", "jingan", "静安", _("the coordinator")),
    Account("second", "xingzhou", "行舟", _("the second approver")),
    Account("host", "gengye", "耕野", _("a host")),
    Account("partner", "zhishu", "知书", _("a partner")),
    Account("operator", "wendeng", "闻灯", _("the operator")),
)

# Handle and name of those who have an account of their own kind: no password, no address.
VILLAGERS = (
    ("songzi", "松子"), ("daomi", "稻米"), ("qinghe", "青禾"), ("shitou", "石头"),
    ("xiaolu", "小鹿"), ("banxia", "半夏"), ("dongqing", "冬青"), ("maizi", "麦子"),
    ("yuanshan", "远山"), ("qiuyi", "秋一"), ("chunfen", "春分"), ("heye", "荷叶"),
    ("muxi", "木昔"), ("lanzhou", "阿澜"), ("tuzi", "图子"), ("guyu", "谷雨"),
    ("baicha", "白茶"), ("hanlu", "寒露"), ("zhimo", "芝墨"), ("luobo", "萝卜"),
    ("shuangye", "霜叶"), ("beishan", "北山"), ("nanfeng", "南风"), ("yutou", "芋头"),
    ("moli", "茉离"), ("qingtai", "青苔"), ("kulu", "苦鲁"), ("xiaoxue", "小雪"),
    ("dashu", "大暑"), ("lixia", "立夏"),
)  # fmt: skip
MINOR = "xiaolu"
FORMER = ("kulu", "beishan")
SUSPENDED = "nanfeng"
UNCLAIMED = "dashu"


def sign_in_list() -> list[tuple[str, str]]:
    """(address, what it shows) for the sign-in page and the first lines of ``make run``."""
    return [(account.email, str(account.shows)) for account in ACCOUNTS]
