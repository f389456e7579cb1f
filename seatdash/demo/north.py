"""North High School: five classrooms on one shared pool, and whatever else a school does."""

from __future__ import annotations

from orgs.models import Member
from orgs.services import create_organisation
from seatdash import tenancy
from seatdash.demo.cast import Cast
from seatdash.demo.people import EVENING, PUPILS, STAFF, people
from seatdash.demo.stage import Stage
from seatdash.demo.story import Story
from seats.models import Price, Product
from seats.services.terms import Terms

ZONE = "Europe/London"
DOMAIN = "north.example"
CLASSROOMS = ("Classroom A", "Classroom B", "Classroom C", "Classroom D", "Classroom E")


def tell_north(cast: Cast) -> None:
    admin = create_organisation(
        name="North High School",
        slug="north-high",
        admin=cast.user(f"admin@{DOMAIN}", "Helen Marsh"),
        time_zone=ZONE,
    )
    with tenancy.scope(admin.organisation_id):
        admin.organisation.currency = "GBP"
        admin.organisation.save(update_fields=["currency"])
        stage = Stage(Story(cast.now, ZONE), admin)
        finance = cast.user(f"finance@{DOMAIN}", "Daniel Hargreaves")
        stage.member(finance.email, finance.name, user=finance, role=Member.Role.FINANCE)
        auditor = cast.auditor()
        stage.member(auditor.email, auditor.name, user=auditor, role=Member.Role.FINANCE)
        _classrooms(stage, cast)
        _departments(stage)
        _products(stage)
        for part in PARTS:
            part(stage)
        stage.tell()
        stage.invite(f"judith.abrams@{DOMAIN}", "Evening School")


def _classrooms(stage: Stage, cast: Cast) -> None:
    pupils = people(PUPILS, DOMAIN)
    managers = {"Classroom A": "Amelia Novak", "Classroom B": "Rafael Costa"}
    start = 0
    for name, size in zip(CLASSROOMS, (12, 23, 38, 8, 6), strict=True):
        letter = name[-1].lower()
        manager = None
        if name in managers:
            user = cast.user(f"manager-{letter}@{DOMAIN}", managers[name])
            manager = stage.member(user.email, user.name, user=user)
        class_list = pupils[start : start + size]
        if name == "Classroom C":
            class_list = pupils[2:4] + class_list  # two of Classroom A sit in on it
        stage.team(name, class_list, external_id=f"classroom-{letter}", manager=manager)
        start += size


def _departments(stage: Stage) -> None:
    pupils, staff = people(PUPILS, DOMAIN), people(STAFF, DOMAIN)
    stage.team("Teaching Staff", staff, external_id="staff")
    head = stage.someone(staff[0].email)
    stage.team("Science Department", staff[:4], external_id="science", manager=head)
    stage.team("Physics", pupils[1::9], parent="Science Department")
    stage.team("Chemistry", pupils[4::5], parent="Science Department")
    stage.team("Biology", pupils[3::8], parent="Science Department")
    tutor = stage.someone(staff[5].email)
    stage.team("Evening School", people(EVENING, DOMAIN), external_id="evening", manager=tutor)
    stage.team("Sports Coaches", staff[7:] + pupils[40:42])
    stage.team("Exam Office", staff[4:7])
    stage.team("IT Support", staff[9:12])


def _products(stage: Stage) -> None:
    stage.product("ACC-101", "Accounting for Beginners", "acc-101")
    stage.product("BUS-110", "Business English", "bus-110")
    stage.product("PRG-130", "Python for Everyone", "prg-130")
    stage.product("MCK-090", "Mock Exam Practice", "mock-exams")
    stage.product("LAB-200", "Laboratory Safety", "lab-safety")
    stage.product("PHY-210", "Physics Simulations", "phy-sim")
    stage.product("FAI-150", "First Aid at School", "first-aid")
    stage.product("SAF-300", "Safeguarding Essentials", "safeguarding")
    stage.product("SPR-120", "Spreadsheets in Practice", "spreadsheets")
    stage.product("SPN-101", "Spanish, Level 1", "spanish-1")
    stage.product("STA-900", "Staff Starter Bundle", kind=Product.Kind.BUNDLE)
    stage.product("KEY-010", "Keyboard Skills", "keyboard")
    stage.product("SUM-050", "Summer Reading", "summer-reading")


def _accounting(stage: Stage) -> None:
    on = stage.story.on
    pool = "Accounting, all classrooms"
    to_summer = Terms(terms_date=stage.story.day(170))
    on(89, stage.buy, "ACC-101", 60, "Autumn order, invoice 24-0117")
    on(88, stage.open_pool, "ACC-101", pool, 80, to_summer, "One pool for the whole year group")
    for days_ago, team in zip((87, 86, 85, 44, 21), CLASSROOMS, strict=True):
        on(days_ago, stage.share, pool, team)
    on(83, stage.enrol, "Classroom A", "ACC-101", 6, "Start of term")
    on(82, stage.enrol, "Classroom B", "ACC-101", 12, "Start of term")
    on(80, stage.enrol, "Classroom C", "ACC-101", 28, "Start of term")
    _accounting_since_autumn(stage, pool)


def _accounting_since_autumn(stage: Stage, pool: str) -> None:
    on = stage.story.on
    on(61, stage.enrol, "Classroom A", "ACC-101", 3)
    on(56, stage.enrol, "Classroom B", "ACC-101", 7)
    on(47, stage.enrol, "Classroom C", "ACC-101", 7)
    on(41, stage.increment, pool, 20, "Classrooms D and E join in spring")
    on(38, stage.enrol, "Classroom D", "ACC-101", 2)
    on(37, stage.revoke, "Classroom D", "ACC-101", 2, "Picked the wrong class, meant C")
    on(34, stage.enrol, "Classroom A", "ACC-101", 2, "Joined after the autumn break")
    on(27, stage.revoke, "Classroom A", "ACC-101", 1, "Changed to Business English")
    on(19, stage.enrol, "Classroom B", "ACC-101", 3)
    on(16, stage.enrol, "Classroom C", "ACC-101", 2)
    on(11, stage.revoke, "Classroom B", "ACC-101", 2, "Dropped the subject")
    on(8, stage.offboard, "Classroom C", "ACC-101", "Moved to another school")
    on(5, stage.revoke, "Classroom C", "ACC-101", 1, "Long illness, will start again next year")
    on(4, stage.extend, "Classroom B", "ACC-101", 2, 30, "Retakes in summer")


def _languages(stage: Stage) -> None:
    on = stage.story.on
    sixty = Terms(terms_days=60, extendable=True)
    on(86, stage.allocate, "Classroom A", "BUS-110", 8, sixty, "For the exchange with Lyon")
    on(75, stage.enrol, "Classroom A", "BUS-110", 5)
    on(63, stage.ask, "Classroom A", "BUS-110", 4, "Four more want to take part in the exchange")
    on(62, stage.approve, "Classroom A", "BUS-110", "Done. Enjoy Lyon!")
    on(52, stage.enrol, "Classroom A", "BUS-110", 4)
    on(19, stage.extend, "Classroom A", "BUS-110", 2, 30, "Back late from the exchange")
    on(3, stage.enrol, "Classroom A", "BUS-110", 2)
    on(2, stage.ask, "Classroom A", "BUS-110", 4, "Eight more in spring, four seats left")
    on(83, stage.buy, "SPN-101", 20, "Special offer of the publisher")
    on(82, stage.allocate, "Classroom E", "SPN-101", 8, Terms(terms_date=stage.story.day(40)))
    on(76, stage.enrol, "Classroom E", "SPN-101", 4)
    on(40, stage.retire, "SPN-101", 2, "Given back to the publisher")


def _python(stage: Stage) -> None:
    on = stage.story.on
    on(79, stage.allocate, "Classroom B", "PRG-130", 20, None, "Coding club")
    on(74, stage.enrol, "Classroom B", "PRG-130", 10)
    on(48, stage.enrol, "Classroom B", "PRG-130", 8)
    on(33, stage.ask, "Classroom B", "PRG-130", 40, "So that every class of the year can try it")
    on(31, stage.decline, "Classroom B", "PRG-130", "Let us first fill the twenty that you have")
    on(14, stage.transfer, "PRG-130", "Classroom B", "Classroom D", 6, "D has a club too")
    on(10, stage.enrol, "Classroom D", "PRG-130", 4)
    on(1, stage.ask, "Classroom B", "PRG-130", 6, "We are four over since the transfer")


def _mock_exams(stage: Stage) -> None:
    on = stage.story.on
    template = "Mock exams, 90 days"
    ninety = Terms(terms_days=90, extendable=True)
    on(89, stage.open_pool, "MCK-090", template, 25, ninety, "Template for exam classes")
    on(88, stage.clone, template, "Classroom A", "Exam class")
    on(86, stage.enrol, "Classroom A", "MCK-090", 9)
    on(68, stage.clone, template, "Classroom C", "Exam class")
    on(65, stage.enrol, "Classroom C", "MCK-090", 22)
    on(30, stage.clone, template, "Classroom D", "Exam class")
    on(28, stage.enrol, "Classroom D", "MCK-090", 5)
    on(24, stage.leave, "Classroom D", "MCK-090", "Takes the exam next year instead")
    on(3, stage.extend, "Classroom A", "MCK-090", 3, 21, "The exam board moved the date")


def _science(stage: Stage) -> None:
    on = stage.story.on
    on(87, stage.buy, "LAB-200", 30, "Department budget, invoice 24-0123")
    on(85, stage.allocate, "Chemistry", "LAB-200", 16, None, "Nobody in the lab without it")
    on(84, stage.allocate, "Biology", "LAB-200", 12, None, "Nobody in the lab without it")
    on(78, stage.enrol, "Chemistry", "LAB-200", 9)
    on(77, stage.enrol, "Biology", "LAB-200", 8)
    on(36, stage.enrol, "Chemistry", "LAB-200", 6)
    on(22, stage.revoke, "Biology", "LAB-200", 3, "Practical part is over")
    on(0.06, stage.enrol, "Biology", "LAB-200", 1, "Back in the lab")
    on(6, stage.take_back, "Biology", "LAB-200", 4, "term ended")
    on(0.2, stage.ask, "Chemistry", "LAB-200", 5, "One seat left, and four starters on Monday")
    pool, year = "Physics simulations", Terms(terms_days=365)
    on(83, stage.open_pool, "PHY-210", pool, 24, year, "Shared by the department")
    on(81, stage.share, pool, "Physics", 12)
    on(80, stage.share, pool, "Chemistry", 8)
    on(79, stage.share, pool, "Science Department")
    on(73, stage.enrol, "Physics", "PHY-210", 9)
    on(58, stage.enrol, "Chemistry", "PHY-210", 5)
    on(43, stage.enrol, "Science Department", "PHY-210", 3)
    on(13, stage.set_cap, "Chemistry", "PHY-210", 6, "Physics needs more this term")


def _staff(stage: Stage) -> None:
    on = stage.story.on
    certificate = Terms(terms_days=45, reusable=False)
    pool = "First aid certificates"
    on(87, stage.buy, "FAI-150", 40, "Paid by the county")
    on(86, stage.open_pool, "FAI-150", pool, 24, certificate, "One seat is one certificate")
    on(85, stage.share, pool, "Teaching Staff")
    on(85, stage.share, pool, "Sports Coaches")
    on(78, stage.enrol, "Teaching Staff", "FAI-150", 6, "Course in the sports hall")
    on(71, stage.enrol, "Sports Coaches", "FAI-150", 4, "Course in the sports hall")
    on(29, stage.enrol, "Teaching Staff", "FAI-150", 5, "Refresher")
    on(88, stage.allocate, "Teaching Staff", "SAF-300", None, None, "Licence for all staff")
    on(84, stage.enrol, "Teaching Staff", "SAF-300", 8, "Required before term starts")
    on(50, stage.enrol, "Teaching Staff", "SAF-300", 4)
    on(72, stage.allocate, "IT Support", "STA-900", 5, None, "New in autumn")
    on(70, stage.enrol, "IT Support", "STA-900", 2, "Onboarding")
    on(20, stage.take_back, "IT Support", "STA-900", 1, "Ordered one too many")


def _evenings(stage: Stage) -> None:
    on = stage.story.on
    on(89, stage.allocate, "Evening School", "SPR-120", 10, Terms(terms_days=30), "Evening course")
    on(85, stage.enrol, "Evening School", "SPR-120", 8, "First course")
    on(51, stage.enrol, "Evening School", "SPR-120", 9, "Second course")
    on(46, stage.leave, "Evening School", "SPR-120", "Paid for one evening only")
    on(17, stage.enrol, "Evening School", "SPR-120", 7, "Third course")
    on(89, stage.allocate, "Exam Office", "SPR-120", 3, Terms(terms_days=14), "Summer crash course")
    on(88, stage.enrol, "Exam Office", "SPR-120", 3)
    on(59, stage.archive, "Exam Office", "SPR-120", "The summer course is over")
    on(57, stage.archive_product, "KEY-010", "Nobody teaches it any more")
    on(0.12, stage.enrol, "Evening School", "SPR-120", 1, "Joined late")


def _summer(stage: Stage) -> None:
    """Tell of the holidays before, so that statements go back further than charts."""
    on = stage.story.on
    on(142, stage.buy, "SUM-050", 12, "Publisher's summer offer")
    on(141, stage.allocate, "Evening School", "SUM-050", 8, Terms(terms_days=35), "Summer course")
    on(139, stage.enrol, "Evening School", "SUM-050", 6)
    on(126, stage.revoke, "Evening School", "SUM-050", 1, "Away in August")
    on(101, stage.archive, "Evening School", "SUM-050", "The summer course is over")
    on(100, stage.retire, "SUM-050", 12, "The offer ended with the summer")
    on(99, stage.archive_product, "SUM-050", "It comes again next year")


def _prices(stage: Stage) -> None:
    on, basis = stage.story.on, Price.Basis
    stage.charge_to({team: f"41{n}0 Year group" for n, team in enumerate(CLASSROOMS, 1)})
    stage.charge_to({"Science Department": "5200 Science", "Chemistry": "5210 Chemistry"})
    stage.charge_to({"Evening School": "6100 Adult education", "Teaching Staff": "7000 Staff"})
    on(143, stage.price, "SUM-050", "18", basis.ENROLMENTS)
    on(90, stage.price, "ACC-101", "0.12", basis.SEAT_DAYS)
    on(90, stage.price, "BUS-110", "39.50", basis.SEATS)
    on(90, stage.price, "PRG-130", "24", basis.SEATS)
    on(90, stage.price, "LAB-200", "15", basis.ENROLMENTS)
    on(90, stage.price, "SPR-120", "32", basis.ENROLMENTS)
    on(90, stage.price, "SAF-300", "0.05", basis.SEAT_DAYS)
    on(49, stage.price, "ACC-101", "0.135", basis.SEAT_DAYS)


PARTS = (
    _accounting,
    _languages,
    _python,
    _mock_exams,
    _science,
    _staff,
    _evenings,
    _summer,
    _prices,
)
