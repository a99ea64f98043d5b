"""The English camp of the demo: its people, and what they say. All invented."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Someone:
    """One of the camp: ``role`` in it, and her introduction as it would be typed."""

    handle: str
    name: str
    role: str
    occupation: str
    place: str
    line: str
    proud: str
    offers: str
    needs: str
    reason: str = ""


PEOPLE = (
    Someone("maya", "Maya", "assistant", "nurse, on leave", "Leeds",
            "Fourteen years of night shifts, and now I sleep at night",
            "On a ward with one working lift I drew a map of which bed was nearest to which door. "
            "They still use it; somebody has laminated it.",
            "listening, first aid", "proofreading"),
    Someone("tomas", "Tomás", "atmosphere", "street musician", "Porto",
            "I know eleven songs that make a queue stand still",
            "When the tram broke down in the rain I played until the replacement came. "
            "Nobody paid, everybody waved.",
            "guitar, Portuguese", "someone to edit my English"),
    Someone("ines", "Inês", "presenter", "radio technician", "Lisbon",
            "I cut the silences out for nine years; now I leave them in",
            "My last programme had eleven seconds of nothing in it. A listener wrote that she had "
            "heard her own kitchen.",
            "sound, cutting", "a walk every evening"),
    Someone("jonah", "Jonah", "learner", "carpenter", "Galway",
            "I can hang any door, and I cannot write an invoice",
            "I rebuilt the stairs of the library at night so that it could open each morning. "
            "Nineteen nights, and nobody missed a day.",
            "repairs, moving house", "writing, spreadsheets",
            "I want to write one page about my work that I am not ashamed to send."),
    Someone("priya", "Priya", "learner", "between two jobs", "Pune",
            "Day 37 of explaining to my aunt what I used to do",
            "I taught our whole office to name files so that anybody can find them. They still do, "
            "and I am no longer there.",
            "spreadsheets, tidy folders", "courage for interviews",
            "Interviews begin with “tell me about yourself”, and I stop there."),
    Someone("noor", "Noor", "learner", "baker", "Utrecht",
            "I am awake when the street lamps go out",
            "For a year I wrote down which loaf came back unsold. In the second year I threw away "
            "half as much.",
            "bread, early mornings", "friends who write",
            "I have notebooks full of bread and want to find the sentence in them."),
    Someone("ellen", "Ellen", "learner", "retired bus driver", "Dundee",
            "I know who gets on where",
            "Route 22, thirty-one years. When I stopped, a boy I had driven to school drove me home.",
            "listening, local history", "typing faster",
            "My grandchildren ask, and I want to answer them in writing."),
    Someone("sam", "Sam", "learner", "warehouse picker", "Rotterdam",
            "Eighteen thousand steps a day between shelves",
            "I found out why aisle nine was always late: the light there was broken. "
            "I wrote one line to the shift lead.",
            "lifting, Dutch", "a plan for the next year",
            "I would like to see what I do all day on paper."),
)  # fmt: skip

EVIDENCE = {
    "staff-room": "https://docs.example/manhuo/staff-1",
    "shifts": "Eighteen days, each with a name and a stand-in. Maya has the days, Tomás the "
    "evenings, Inês the two ceremonies. All have said yes.",
    "rules-draft": "Ellen: rule five, does keeping a copy for myself count? Jonah: rule seven is "
    "too long to read aloud. Noor ticked all twelve as read.",
    "announcements-ahead": 16,
    "rules-final": "https://docs.example/manhuo/rules-1",
    "game-pick": "A picture in three lines, a letter a word at a time, the hunt for a colour. "
    "Tomás opens all three.",
    "handbook-twenty": 21,
    "report-ladder": "Maya takes the report, I apologise and speak in private, Moli asks somebody "
    "to leave. Inês stands in for each.",
    "hand-over": "Nothing is left over. Two people asked whether they may write by voice: yes.",
}
OTHERWISE = "Done as the step says."
NOTES = (
    ("gengye", -3, "08:10", "Fourteen days, and three to get ready. I look after the whole, Maya "
     "after announcements and questions, Tomás after the evenings, Inês presents. Say here when "
     "you are away.",
     (("maya", 12, "Here. I am away on no day."),
      ("ines", 40, "Here. Before six I am at work."))),
)  # fmt: skip
