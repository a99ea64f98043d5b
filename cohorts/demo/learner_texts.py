"""The learners of the demo's camp: why they came, and what they hand in. All invented."""

from dataclasses import dataclass

TEXT, LINK, REST = "text", "link", "rest"


@dataclass(frozen=True)
class HandedIn:
    """What somebody hands in for ``day`` at ``time`` by the camp's clock."""

    handle: str
    day: int
    time: str
    text: str
    kind: str = TEXT
    url: str = ""


# Handle, reason for joining, and how many days before the opening she came.
LEARNERS = (
    ("xiaoman", "白天煮面，晚上想写点什么，一坐下来又不知道从哪句开始。", 9),
    ("xiaolu", "想学会把奶奶讲的事写下来，写得像她讲的一样。", 9),
    ("shitou", "要给下一个工地写几句自己会什么，写了三回都像说明书。", 8),
    ("banxia", "每天看别人的方子，想给自己也写一张。", 8),
    ("maizi", "孩子上学了，我也想有一份作业。", 8),
    ("yuanshan", "路上遇见的人太多，再不写就混在一起了。", 7),
    ("chunfen", "夜班写过很多记录，没写过一句自己的话。", 7),
    ("qinghe", "换方向要写介绍信，我只会写数字。", 7),
    ("dongqing", "想把这几个月过成可以讲给人听的样子。", 6),
    ("qiuyi", "面试要自我介绍，去年我说了四十秒就没词了。", 6),
    ("heye", "想给家里的茶写几句话，不吹牛，让人想尝尝。", 6),
    ("muxi", "师父说琴修好了要写一段记，我不敢下笔。", 5),
    ("lanzhou", "想给徒弟们写一份怎么开店，先练练手。", 5),
    ("tuzi", "看了九年别人的书，想写一页自己的。", 5),
    ("guyu", "苹果的包装上要印一段话，不想再抄别人的。", 4),
    ("luobo", "想写一份简历，电脑上的模板我都填不满。", 4),
    ("yutou", "流水线上站了五年，想坐下来说几句完整的话。", 3),
)
# She came when the first day was over.
LATE = ("xingzhou", "儿子让我把从前的事写下来，我怕写成笔录。")
PAUSED = "dongqing"
PAUSE_NOTE = "先把觉睡够，停几天。"
CHOOSES_HERSELF = ("qinghe",)  # whose missed days do not make themselves up

_FIRST_DAY = (
    ("xiaolu", "17:20", "我是小鹿，初三，今天在奶奶家的灶台边抄第四十二首山歌，她唱，我写。"),
    ("maizi", "08:52", "我是麦子，在郑州，孩子七点四十进了校门，我骑车绕到书店门口才停下。"),
    ("chunfen", "09:15", "我是春分，南宁的护士，下夜班四十分钟，鞋还没换，坐在医院门口吃一碗粉。"),
    ("yuanshan", "12:31", "我是远山，货车停在兰州北服务区，仪表盘上六十一万公里，副驾放着一个馕。"),
    ("guyu", "13:05", "我是谷雨，在昭通跑苹果地，今天走了两万三千步，裤脚全是泥。"),
    ("shitou", "18:40", "我是石头，贵阳的木工，收工了还在三楼，耳朵上夹着一截铅笔，只剩四厘米。"),
    ("heye", "19:02", "我是荷叶，在福州，今天给十二个茶罐贴标签，手指头上全是胶。"),
    ("qinghe", "19:45", "我是青禾，对了十二年账，今天坐在武汉一个修鞋摊旁边，手里一张手写收据。"),
    ("banxia", "20:48", "我是半夏，在广州抓药，柜上三百个抽屉，今天拉开了一百一十六个。"),
    ("muxi", "21:03", "我是木昔，扬州学修琴，七根弦拆了六根，最后一根等师父点头。"),
    ("qiuyi", "21:20", "我是秋一，在重庆复读第二年，画室的灯管坏了一根，我坐在亮的那一边。"),
    ("lanzhou", "21:31", "我是阿澜，西宁的拉面师傅，今天第二百碗，是下给自己的。"),
    ("yutou", "21:44", "我是芋头，东莞厂里的质检，今天看了四千个插头，回宿舍先把灯关了坐十分钟。"),
    (
        "xiaoman",
        "21:58",
        "我是小满，毕业第一百二十天，在昆明一家面馆的后厨，围裙口袋里有半截红粉笔。",
    ),
    ("dongqing", "22:10", "我是冬青，在宁波，工厂关门第五十三天，昨晚睡了七个半小时。"),
)

# A word that one likes to praise oneself with, as a pair of hands; the word itself is not in it.
_SECOND_DAY = (
    ("chunfen", "07:50", "凌晨四点换瓶子，病房不开灯。我把手电夹在腋下，光朝地，左手捏住滴管，右手拔针头，"
     "酒精棉先在手心里捂热。小床上的孩子翻身，我的手就停在半空，等他翻完。"
     "走到门口，用膝盖顶着门，一点一点放回去。"),
    ("yuanshan", "11:26", "上坡前我先把保温杯从杯架里拿出来，塞到腿边，怕一脚刹车洒了。右手换挡，"
     "掌心兜着，不拍；左手食指一直搭在灯杆上，对面来车就按一下。"
     "到了服务区，拿手背挨个贴轮毂，烫得放不住的那个，蹲下来等它凉。"),
    ("maizi", "14:07", "下摆的线脚拆到第三遍，我把灯挪近，针尖挑起线头，不敢拽，一拽布就皱。"
     "女儿趴在桌边数，一针，两针。我让她用指甲把折痕刮平，再重新别上珠针，九根，头都朝左。"
     "天黑以前缝完，我用牙咬断了线。"),
    ("xiaolu", "17:35", "奶奶唱歌的时候手要拍膝盖，拍几下，我就在字下面点几个点。她拍错了会停下来，"
     "说重来，我就用橡皮擦，擦得很轻，怕把上一行也擦掉。"
     "有一个字我写了拼音，她看不懂，我抓着她的食指在桌上写了三遍。"),
    ("shitou", "18:52", "收边的时候不用尺。左手中指贴着木头走，走到哪里发涩，右手的刨子就停在哪里，"
     "再推半下。刨花太厚会断，太薄会卷成团，刚好的那种从头到尾一整条，落在鞋面上。"
     "收工前我把刀口朝里，用旧毛巾包两层，放回袋子最底下。"),
    ("tuzi", "19:18", "还回来的书，我先用手掌在封面上抹一遍，沙子、饼干屑、头发，一抹就知道它去过哪里。"
     "书脊松了的，拿棉签蘸胶，顺着缝推进去，夹两根木条，皮筋绕三圈。"
     "上架用推的，推到和左右齐平，指尖在书脊上停一下。"),
    ("banxia", "20:33", "三钱当归，我抓一把，秤杆往往已经平了，手不离秤，再拈两片出来，放回去一片。"
     "包药的纸对折，拇指从中间往两头赶气，麻绳绕两道，打活结，老人家一拉就开。"
     "方子压在最上面，字朝着拿药的人。"),
    ("muxi", "20:57", "补裂缝的灰要自己调。瓷粉一勺，生漆三滴，骨刀在玻璃板上来回刮，刮到提起来能拉一条线。"
     "填进去，拿掌根压住，数六十下再松。第二天摸，凉了，就用水磨。"
     "三个月里这条缝摸下来，指头比眼睛先认得它。"),
    ("qiuyi", "21:11", "削铅笔我不用卷笔刀。美工刀推出两格，拇指抵着刀背，笔转，刀不转，木屑掉在昨天的报纸上。"
     "削到第十一支，指腹上是一层灰。"
     "画外公的手，画到第三个指节，我把左手举到灯底下，弯起来看了七次。"),
    ("xingzhou", "21:24", "值班那些年，钥匙串上有二十一把钥匙。出门前左手托着，右手一把一把拨过去，"
     "拨完才挂回腰上。现在钥匙只剩三把，我还是拨。"
     "儿子发来一个地址，我抄在台历背面，再打电话念一遍给他听，他说爸，你存下来就行。"),
    ("yutou", "21:40", "插头过手不到两秒。食指先绕一圈，毛刺会挂皮；拇指再按两个脚，高低差一张纸也按得出来。"
     "好的往右推，不好的往左，不看，手自己知道。"
     "下班洗手，水龙头也要绕一圈摸摸，同宿舍的人笑我。"),
    ("xiaoman", "22:05", "饭口的时候单子是一沓一沓夹上来的。我用左手拇指按住单边，右手先摸碗沿，"
     "烫的是汤面，温的是拌面，不用抬头。要香菜的那张我折一个角，不要葱的折两个角。"
     "端出去以前，拿布把碗底转着擦一圈，怕滴在客人的裤子上。"),
)  # fmt: skip

# The first two lines of the introduction that was published today.
_THIRD_DAY = (
    ("chunfen", "00:40", "我是南宁的护士，给一个怕打针的孩子在点滴瓶上画过一条鱼，后来整个病房的瓶子上都有鱼。\n"
     "夜班第六年，我想学会白天。"),
    ("yuanshan", "05:10", "我开货车，跑过二十六个省，每次出车多带一个馕，分给路上不认识的人。\n"
     "分出去一百多个了，我想把他们写下来。"),
    ("maizi", "09:05", "用三年的午睡时间，我自学缝纫，给女儿做了从三岁到九岁的每一条生日裙子。\n"
     "孩子上学了，轮到我上学。"),
    ("tuzi", "12:20", "我在书架之间走了九年，每天一万步，给一本怕被借走的书做过一张“已预约”的卡片。\n"
     "那张卡片放了一整个暑假。"),
    ("shitou", "18:35", "我是贵阳的木工，用拆下来的旧门板给村里小学做过十六张课桌。\n"
     "孩子们在桌板底下写满了名字，我没有擦。"),
)  # fmt: skip

CHECK_INS = (
    *(HandedIn(handle, 1, time, text) for handle, time, text in _FIRST_DAY),
    HandedIn("tuzi", 1, "22:31", "", REST),
    *(HandedIn(handle, 2, time, text) for handle, time, text in _SECOND_DAY),
    HandedIn("heye", 2, "19:40", "写的是我爸翻炒的手。他不知道我在旁边数，一锅一百二十下。", LINK,
             "https://pages.example/heye/hands"),
    HandedIn("lanzhou", 2, "21:52", "一分钟，拍的是我摔面的手，没拍脸。", LINK,
             "https://video.example/lanzhou/noodles"),
    HandedIn("guyu", 2, "22:16", "", REST),
    *(HandedIn(handle, 3, time, text) for handle, time, text in _THIRD_DAY),
    HandedIn("banxia", 3, "07:45", "", REST),
)  # fmt: skip

# So many of today's are there at any hour, however early the demo is made.
AT_LEAST_TODAY = 2

# Learner, day, word, and who says it.
REACTIONS = (
    ("xiaoman", 1, "thanks", ("shitou", "xiaolu", "maizi")),
    ("yuanshan", 1, "idea", ("muxi", "xiaoman")),
    ("chunfen", 1, "thanks", ("yutou", "qiuyi", "banxia", "heye")),
    ("lanzhou", 1, "thanks", ("xiaoman", "guyu")),
    ("xiaoman", 2, "idea", ("tuzi", "maizi")),
    ("xiaoman", 2, "thanks", ("lanzhou",)),
    ("shitou", 2, "idea", ("muxi", "xiaoman", "qiuyi")),
    ("tuzi", 2, "thanks", ("xiaolu", "xingzhou")),
    ("xingzhou", 2, "thanks", ("chunfen", "yuanshan")),
    ("chunfen", 3, "thanks", ("yutou",)),
)

# For the next run: who has enrolled already, and why.
NEXT_LEARNERS = (
    ("hanlu", "看了十年云，想写给看不见的人听。"),
    ("zhimo", "每只碗都有来历，想给它们各写三行。"),
    ("shuangye", "想替合唱团写一页节目单，不写感谢领导。"),
    ("qingtai", "论文写不下去，先从一句话写起。"),
)
