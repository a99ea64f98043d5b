"""What the staff of the demo's camp wrote: praise, evidence, notes, wordings. All invented."""

# Giver, learner, day, the words, and how many minutes after it was handed in.
PRAISE = (
    ("songzi", "xiaoman", 1, "“半截红粉笔”，不解释它是干什么的，我一直在猜。", 25),
    ("linjie", "shitou", 1, "铅笔只剩四厘米，这个数字比“干了很久”有力气。", 150),
    ("wenzhu", "yuanshan", 1, "六十一万公里旁边放一个馕，两样东西摆在一起就够了。", 260),
    ("songzi", "chunfen", 1, "鞋还没换就坐下吃粉，我看见你有多累，你一个“累”字没写。", 95),
    ("baicha", "muxi", 1, "最后一根弦等师父点头，停在这里刚好。", 40),
    ("linjie", "xiaolu", 1, "“她唱，我写”四个字，奶奶和你都在里面了。", 62),
    ("songzi", "lanzhou", 1, "第二百碗是下给自己的，这句我念给了家里人听。", 20),
    ("baicha", "qiuyi", 1, "灯管坏了一根，你坐在亮的那一边，我记住了这个位置。", 35),
    ("songzi", "yutou", 1, "回宿舍先把灯关了，四千个插头的累都在这十分钟里。", 18),
    ("wenzhu", "banxia", 1, "三百个抽屉拉开一百一十六个，你没说忙，我听见抽屉响了一天。", 75),
    ("songzi", "guyu", 1, "裤脚全是泥，两万三千步我一下子信了。", 190),
    ("linjie", "heye", 1, "手指头上全是胶，十二个茶罐就在我眼前排着。", 110),
    ("songzi", "qinghe", 1, "“手工费二十”那张收据我还记得，今天你就坐在他摊子旁边。", 130),
    ("linjie", "xiaoman", 2, "不要葱的折两个角，我今天点面的时候也看了一眼单子。", 15),
    ("songzi", "shitou", 2, "刨花落在鞋面上那一下，我听见声音了。", 80),
    ("wenzhu", "chunfen", 2, "“等他翻完”四个字里，有一整个病房的安静。", 310),
    ("linjie", "yuanshan", 2, "拿手背贴轮毂，是只有开车的人才知道的动作。", 130),
    ("baicha", "tuzi", 2, "一抹就知道书去过哪里，我回家也摸了摸自己的书。", 55),
    ("linjie", "xingzhou", 2, "钥匙只剩三把还是拨，这一句后面不用再加什么。", 22),
    ("songzi", "maizi", 2, "九根珠针头都朝左，我读到这里停了一下。", 170),
)

# What is shown on a step, by its key, or by key and day. {given} is the sum of the day before.
EVIDENCE = {
    "staff-room": "https://docs.example/shanye/staff-3",
    "shifts": "十八天都排好了：林姐主班，松子替班；气氛松子，白茶替；主持白茶，我替。四个人都确认过。",
    "rules-draft": "稻米：第五条“别人的故事不带出群”，存下来自己看算不算？芝墨：第七条太长，念不完。"
    "霜叶没意见，十二条都标了“看过”。",
    "announcements-ahead": 16,
    "rules-final": "https://docs.example/shanye/rules-3",
    "game-pick": "第三晚看图说三行，认人；第八晚一人一词接成信，玩字；第十三晚找一种颜色，只用看图。开场都是我。",
    "handbook-twenty": 23,
    "report-ladder": "收举报林姐，道歉我，私下提醒我，请人离开老周；替班依次是松子、林姐、林姐、稻米。",
    "groups": "https://docs.example/shanye/groups-3",
    "rules-acknowledged": 15,
    "feed-handbook": 3,
    "greet-introductions": 16,
    "sharing-need": "问了六个人。三个想听“怎样开口要活儿”，两个想听“下班累了怎么写”，一个想听方言怎么写。定第一个。",
    "sharing-value": "阿澜教会过六个徒弟，四个开了店，他讲得出第一单怎么来的。备选麦子。",
    "game-night": "看图说三行，来了十一个人。第二题是一把漏勺，猜了九回，谷雨猜中。",
    "morning-sum": "{given}",
    "hand-over": "按表走完了。没有悬着的事，微信群晚上十点后安静。",
    ("hand-over", 2): "见交接里的那一条：谷雨的语音、芋头的自我介绍、石头那句等他点头。",
}

SKIPPED = {
    ("make-up-reminder", 3): "冬青在歇着，萝卜昨晚林姐已经私聊过，今天不再提。",
}
# Done the evening before it was due: key and day.
AHEAD = (("sharing-need", 3),)
# Left open although it was due.
LATE_GATE = ("close-introductions", 2)
LATE_IF_NOTHING_ELSE = ("feed-handbook", 2)
LATE_FIRST = "talk-to-learners"
HANDED_OVER = ("feed-handbook", 3, "明天下午我在路上，松子帮我记一下没答上的问题。")

# By day: what the assistant left for who comes after. {given} and {rest} are the sums of that day.
HAND_OVERS = (
    (-1, "彩排走完，超时两分钟，白茶把热身那行改短了。打卡链接在老手机上试过，三分钟以内。"),
    (1, "开营四十一分钟。打卡 {given} 份，其中休息 {rest} 位。行舟想补进来，明天早上我带他看置顶。"),
    (2, "打卡 {given} 份，其中休息 {rest} 位。还没完的三件：谷雨问语音怎么转文字，我答应明天中午前录一段给他；"
     "芋头的自我介绍还没人回，松子先看她；石头“刨花落在鞋面上”想放进精华，等他点头。"),
)  # fmt: skip

# Learner, who spoke with her, how, day and time, what was said, and what others could have
# from her: its kind and the words. With luobo and yutou nobody has spoken yet.
CONTACTS = (
    ("xiaoman", "linjie", "chat", 2, "22:20", "十点收工，路上用语音写。问能不能交画，告诉她可以贴照片。",
     "inspiration", "把三十七种浇头画成一张图的办法"),
    ("xiaolu", "linjie", "phone", 1, "17:40", "跟奶奶一起接的电话。说好只在周末和晚饭后写。", "", ""),
    ("shitou", "songzi", "chat", 2, "18:58", "嫌自己字少，我说四厘米那句正好。", "knowledge", "看木头走向，会做桌椅"),
    ("banxia", "songzi", "chat", 1, "20:55", "聊了药柜，她说写完心里静。", "", ""),
    ("maizi", "baicha", "chat", 2, "14:30", "上午有两个小时，愿意陪人改。", "knowledge", "缝补，改裤脚"),
    ("yuanshan", "wenzhu", "phone", 1, "20:10", "在服务区通的话，十一分钟。他想写完二十六个人。", "", ""),
    ("chunfen", "linjie", "chat", 2, "10:15", "夜班前后写，不用提醒。", "", ""),
    ("dongqing", "wenzhu", "phone", 2, "12:10", "想停几天。没有劝，说位子留着。", "", ""),
    ("qiuyi", "baicha", "chat", 1, "21:40", "怕当众念，答应不点名。", "", ""),
    ("heye", "songzi", "chat", 2, "19:46", "在剪炒茶的声音，想问阿禾。", "network", "认识三家愿意给样品的茶农"),
    ("muxi", "songzi", "chat", 1, "21:15", "师父看了她的第一句，点了头。", "", ""),
    ("lanzhou", "linjie", "phone", 2, "15:20", "愿意讲怎么开口要第一单，周末不行。", "knowledge", "带过六个徒弟，会算店租"),
    ("tuzi", "baicha", "group", 2, "12:50", "昨天休息，今天补读了第一课。", "knowledge", "找得到绝版书"),
    ("xingzhou", "linjie", "phone", 2, "09:40", "教他点打卡链接，试交了一次。", "network", "认识各区派出所的老同事"),
    ("qinghe", "songzi", "chat", -3, "20:30", "开营前聊过一次，她说想慢慢来。", "", ""),
    ("guyu", "linjie", "chat", -2, "12:20", "语音转文字总断，答应录一段给他看。", "", ""),
)  # fmt: skip

# Who writes, day and time, the text, about which learner; then the answers (who, minutes later).
THREADS = (
    ("wenzhu", -3, "08:05", "本期十四天。我管整体和分享，林姐管公告、打卡和提问，松子管气氛，白茶主持。"
     "有事先在这里说。请各回一句“我在”，写上哪几天不方便。", "",
     (("linjie", 14, "我在。下周有两天要陪母亲复查，日子填好了，松子替我。"),
      ("songzi", 31, "我在，晚上七点以后都行。"),
      ("baicha", 52, "我在。周末店里忙，八点以后才看得到手机。"))),
    ("linjie", 1, "22:42", "萝卜今天没来。他说过跑单到十一点，明天中午我不问作业，只问吃饭没有。", "luobo",
     (("songzi", 9, "好，我晚上不再找他，免得他以为我们在催。"),)),
    ("wenzhu", 2, "12:24", "冬青想停几天，先把觉睡够。位子给她留着，不提补卡。", "dongqing",
     (("linjie", 20, "收到。过三天我跟她说一句闲话，不说作业。"),)),
    ("songzi", 2, "21:12", "第二组有人私下问要不要一起买理财。我截了图给闻竹，群里没有提。", "",
     (("wenzhu", 6, "按四步来，我今晚跟他谈，谈完记在这里。"),
      ("wenzhu", 64, "谈过了。他不知道这里不谈这个，说明白了，也跟被问的人道了歉。"))),
)  # fmt: skip

# Question, wording, who tells, whom, day and time.
DECISIONS = (
    ("有人问：晚上十一点以后交，还算吗？", "算。当天没赶上的，第二天起就是补卡，十四天里有两次。用完了也照样毕业，"
     "我们看交了什么，不看断没断。", "linjie", "来问的人，一对一答", -1, "17:30"),
    ("有人问：自我介绍要不要写真名？", "不用。写一个别人叫得出口的名字就行，住处和单位也可以不写。"
     "写了又后悔，随时能改，改之前的别人看不到。", "songzi", "两个微信群", 1, "11:10"),
)  # fmt: skip

# Script, who used it, day and time.
SCRIPT_USES = (
    ("join-welcome", "songzi", -3, "19:40"), ("join-reply-time", "songzi", -3, "19:52"),
    ("join-how-to-introduce", "songzi", -1, "09:31"), ("join-rules", "linjie", -1, "20:40"),
    ("warm-up-morning", "linjie", 1, "08:36"), ("join-first-day", "baicha", 1, "19:58"),
    ("warm-up-two-lines", "songzi", 1, "20:16"), ("warm-up-evening", "songzi", 1, "19:30"),
    ("warm-up-morning", "linjie", 2, "08:34"), ("warm-up-question", "songzi", 2, "12:02"),
    ("join-late", "linjie", 2, "09:20"), ("praise-sentence", "songzi", 2, "20:14"),
    ("warm-up-evening", "songzi", 2, "19:28"), ("praise-quote-consent", "songzi", 2, "21:55"),
    ("warm-up-morning", "linjie", 3, "08:33"),
)  # fmt: skip

ABSENCE = "陪母亲复查"
CAMP_NOTE = "今天是写作营第三天，把前两天写的一句话和一双手装起来，就是一篇自我介绍。"
