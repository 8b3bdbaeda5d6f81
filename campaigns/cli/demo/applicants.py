"""Who applies in the sample data: data only."""

from dataclasses import dataclass
from datetime import date

from campaigns.student.states import NeedKind

Cost = tuple[NeedKind, str, str, int]


@dataclass(frozen=True)
class Student:
    """A student as the application tells it; the legal name is nobody's."""

    alias: str
    legal_name: str
    born: date
    school: str
    level: str
    region: str
    country: str
    story: str
    costs: tuple[Cost, ...]


TERM_1, TERM_2, YEAR = "Term 1, 2027", "Term 2, 2027", "2027"

HERON = Student(
    "Amber Heron",
    "Grace Auma Were",
    date(2010, 5, 4),
    "Mwangaza Secondary School",
    "Secondary, form 3",
    "Western Kenya",
    "KE",
    "I am in form 3. Biology is my best subject, and I keep the attendance book for our class. I want to be a nurse.",
    (
        (NeedKind.TUITION, "School fees", TERM_1, 42_000),
        (NeedKind.TUITION, "School fees", TERM_2, 42_000),
        (NeedKind.BOOKS, "Set books and a dictionary", YEAR, 9_550),
        (NeedKind.UNIFORM, "Uniform and shoes", YEAR, 6_400),
    ),
)
KITE = Student(
    "Copper Kite",
    "Brian Ouma Oloo",
    date(2008, 2, 17),
    "Lakeside Technical College",
    "Certificate in electrical fitting, year 1",
    "Nyanza",
    "KE",
    "I repair radios and lamps for the houses around ours. With the certificate I could be employed for it.",
    (
        (NeedKind.TUITION, "Course fees", TERM_1, 36_000),
        (NeedKind.DEVICE, "Multimeter and hand tools", YEAR, 18_900),
        (NeedKind.TRANSPORT, "Bus pass", TERM_1, 7_200),
    ),
)
ORIOLE = Student(
    "Quiet Oriole",
    "Faith Chebet Kiprono",
    date(2007, 11, 30),
    "Kisumu School of Nursing",
    "Diploma in nursing, year 2",
    "Nyanza",
    "KE",
    "I passed the first year with a credit. My second year begins in January, if the fees are paid.",
    (
        (NeedKind.TUITION, "Second-year fees", YEAR, 124_000),
        (NeedKind.EXAM_FEES, "Council examination", YEAR, 15_000),
    ),
)
PLOVER = Student(
    "River Plover",
    "Dennis Wekesa Simiyu",
    date(2011, 8, 9),
    "Mwangaza Secondary School",
    "Secondary, form 2",
    "Western Kenya",
    "KE",
    "I walk an hour to school. A place in the boarding house would give me the evenings to study.",
    ((NeedKind.BOARDING, "Boarding house", TERM_1, 31_500), (NeedKind.BOOKS, "Exercise books", TERM_1, 2_400)),
)
WREN = Student(
    "Silver Wren",
    "Mercy Akinyi Odera",
    date(2010, 1, 22),
    "Mwangaza Secondary School",
    "Secondary, form 4",
    "Western Kenya",
    "KE",
    "This is my last year. I must register for the national examination by March.",
    ((NeedKind.EXAM_FEES, "National examination", YEAR, 11_800), (NeedKind.TUITION, "School fees", TERM_1, 42_000)),
)
SWIFT = Student(
    "Early Swift",
    "Tom Barrett",
    date(2006, 6, 12),
    "Harrow Vale College",
    "Access course, health science",
    "Wales",
    "GB",
    "I went back to college at nineteen. The bus is what I cannot pay: two hours each way, four days a week.",
    ((NeedKind.TRANSPORT, "Bus fares", TERM_1, 22_000), (NeedKind.DEVICE, "A used laptop", YEAR, 24_000)),
)
TERN = Student(
    "Northern Tern",
    "Leah Morgan",
    date(2006, 9, 3),
    "Harrow Vale College",
    "Carpentry, level 2",
    "Wales",
    "GB",
    "I build doors and windows. For level 2 everybody brings their own tools.",
    ((NeedKind.DEVICE, "Carpentry tools", YEAR, 38_500), (NeedKind.EXAM_FEES, "Level 2 assessment", YEAR, 9_500)),
)


def later(student: Student, alias: str, legal_name: str, born: date | None = None) -> Student:
    """Another student with the same kind of needs."""
    return Student(
        alias,
        legal_name,
        born or student.born,
        student.school,
        student.level,
        student.region,
        student.country,
        student.story,
        student.costs,
    )


WAITING = (
    (later(HERON, "Second Heron", "Purity Wanjala"), "submitted"),
    (later(KITE, "Red Kestrel", "Felix Omondi Okoth"), "in_review"),
    (later(PLOVER, "Pale Dove", "Sharon Jepkosgei"), "more_info"),
    (later(WREN, "Dusty Finch", "Ian Mwangi"), "declined"),
    (later(ORIOLE, "Golden Weaver", "Naomi Chepkemoi"), "approved"),
    (later(HERON, "Brown Babbler", "Zawadi Nafula"), "draft"),
    (later(ORIOLE, "Green Bulbul", "Winnie Adhiambo"), "ready"),
    (later(KITE, "White Egret", "Peter Barasa"), "ready"),
    (later(PLOVER, "Grey Hornbill", "Ann Wairimu"), "conflict"),
    (later(HERON, "Scarlet Sunbird", "Moses Kiptoo"), "waitlisted"),
    (later(WREN, "Little Bee-eater", "Ruth Achieng"), "second_on_list"),
    (later(KITE, "Black Drongo", "James Mwangi"), "third_on_list"),
    (later(PLOVER, "Yellow Wagtail", "Diana Nekesa"), "appealed"),
)
