"""What the sample campaigns are about: data only."""

from dataclasses import dataclass

from campaigns.cli.demo.applicants import HERON, KITE, ORIOLE, PLOVER, SWIFT, TERN, WREN, Student, later


@dataclass(frozen=True)
class Plan:
    """A campaign and how far it gets. Amounts in minor units; `pledges` are (who, company, amount, paid)."""

    title: str
    summary: str
    story: str
    students: tuple[Student, ...]
    ends: str  # the state that it is in today
    began: int  # days ago
    pledges: tuple[tuple[str, str | None, int, int], ...] = ()
    colours: tuple[str, str] = ("#0b5d4e", "#e3b341")
    community: str = "Lantern"
    picture: str | None = None  # alternative text; a drawing is made for it


PLANS = (
    Plan(
        "A nurse for Western Kenya",
        "Two terms of fees, set books and a uniform, so that form 3 does not end at the school gate.",
        "Amber Heron is the first of five to reach secondary school, and keeps the **attendance book** for her class "
        "because nobody has missed fewer days.\n\nHer school has confirmed the place and the fee note. What is missing "
        "is the money: two terms, the set books and a uniform that fits.\n\n- The fees go to the school's account, "
        "never to a person.\n- The school sends a receipt for each term.\n- We tell you how the term went.",
        (HERON,),
        "live",
        34,
        (
            ("Petra Lindqvist", None, 15_000, 15_000),
            ("Jonas Weber", "Weber & Söhne Spedition", 25_000, 25_000),
            ("Rosa Marchetti", None, 5_000, 0),
            ("Anonymous friend", None, 10_000, 10_000),
        ),
        picture="A stack of exercise books on a wooden school bench",
    ),
    Plan(
        "Tools and a term for an electrician",
        "Course fees, a multimeter and the bus: what stands between a repairer of radios and a certificate.",
        "Copper Kite repairs what others throw away. The college has offered a place in electrical fitting; he has "
        "paid the first instalment himself.\n\nA sponsor of *one tool* is a sponsor: the list below says what each is.",
        (KITE,),
        "live",
        20,
        (("Ingrid Solheim", None, 7_200, 7_200), ("Peter Adeyemi", None, 12_000, 0)),
        ("#0b4f8a", "#f2c78f"),
        picture="Hand tools laid out on a workbench",
    ),
    Plan(
        "Second year of nursing, paid before January",
        "Fees and the council examination for a student who passed the first year with a credit.",
        "The school of nursing keeps a place for Quiet Oriole until the tenth of January. Three companies that run "
        "clinics in Kisumu have been asked in public.",
        (ORIOLE,),
        "funded",
        36,
        (
            ("Dr. Helen Roth", "Roth Medical GmbH", 100_000, 60_000),
            ("Samuel Njoroge", None, 24_000, 24_000),
            ("Claire Dubois", None, 15_000, 15_000),
        ),
        ("#5b2a86", "#8cc4ff"),
    ),
    Plan(
        "A bed in the boarding house",
        "An hour's walk each way, or an hour to study: one term of boarding and exercise books.",
        "River Plover walks to school before sunrise. The boarding house has a free bed this term.",
        (PLOVER,),
        "reporting",
        96,
        (("Marie Olsen", None, 20_000, 20_000), ("Frank Castellanos", "Castellanos Foods", 13_900, 13_900)),
        ("#8f6400", "#d8efe8"),
        picture="A made bed and a small desk under a window",
    ),
    Plan(
        "The last examination",
        "The national examination and the last term of school, for one who has come this far.",
        "Silver Wren registers in March. The examination fee cannot be paid in parts.",
        (WREN,),
        "closed",
        150,
        (("Lars Petersen", None, 42_000, 42_000), ("Yusuf Demir", "Demir Textil", 11_800, 11_800)),
        ("#a4161a", "#fbe3c0"),
    ),
    Plan(
        "Four days a week, two hours each way",
        "Bus fares for a term and a used laptop for an access course in health science.",
        "Early Swift went back to college at nineteen and has not missed a day for anything but the fare.",
        (SWIFT,),
        "paused",
        40,
        (("Alan Price", None, 10_000, 10_000),),
        ("#0b5d4e", "#8cc4ff"),
        "Second Bell",
    ),
    Plan(
        "Her own tools for level 2",
        "A set of carpentry tools and the assessment fee.",
        "Northern Tern builds doors and windows. The college lends benches, not tools.",
        (TERN,),
        "settling",
        24,
        (("Wendy Clarke", None, 12_000, 12_000), ("Harold Finch", "Finch Timber Ltd", 20_000, 0)),
        ("#8f6400", "#5fd0b0"),
        "Second Bell",
        picture="Chisels and a wooden mallet",
    ),
    Plan(
        "Two terms for a class that was split in two",
        "Fees, books and uniforms for students whose school closed, and who were admitted together elsewhere.",
        "When the old school closed, the new one took them all on one condition: that the fees come in time.\n\n"
        "We tell nobody apart. What each of them needs was checked by two people, line by line.",
        (
            later(HERON, "White Egret", "Ruth Adhiambo Ochieng"),
            later(HERON, "Tall Ibis", "Peter Wafula Barasa"),
            later(HERON, "Lake Heron", "Anne Naliaka Wekesa"),
            later(PLOVER, "Night Plover", "David Kiprop Rono"),
        ),
        "live",
        28,
        (
            ("Sofia Bergström", None, 36_000, 36_000),
            ("Daniel Otieno", "Otieno Hardware", 45_000, 20_000),
            ("Eva Lindner", None, 60_000, 60_000),
        ),
        ("#0b4f8a", "#d8efe8"),
    ),
    Plan(
        "Form 3 for three classmates",
        "One class, three places, one term each: a small cohort with one goal.",
        "Three students of one class were admitted together and ask together.",
        (
            later(HERON, "Morning Ibis", "Joy Nekesa Barasa"),
            later(PLOVER, "Steady Crane", "Kevin Mutua Kilonzo"),
            later(WREN, "Blue Sandpiper", "Esther Moraa Nyakundi"),
        ),
        "in_review",
        6,
    ),
    Plan(
        "A laptop for course work",
        "Course work is handed in by computer; the library has two for two hundred.",
        "Draft: we still ask the college whether a used one will do.",
        (later(KITE, "Patient Stork", "Collins Kiplagat"),),
        "draft",
        3,
    ),
    Plan(
        "Exam fees by the end of term",
        "The county bursary has paid what this campaign asked for, so nobody else had to.",
        "The county bursary covered all of it before anything was pledged; the campaign closed before its goal.",
        (later(WREN, "Grey Lark", "Lydia Atieno Owino"),),
        "closed_short",
        88,
    ),
    Plan(
        "Moved away in the holidays",
        "The family moved to another county before anything was pledged.",
        "The student goes to another school now; nothing had been pledged.",
        (later(PLOVER, "Little Egret", "Amos Kibet"),),
        "cancelled",
        60,
    ),
)
