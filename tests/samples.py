"""A brief as compose would make it, for the tests of charts and pages.

The figures are those of Lạng Sơn's report for June and the first half of 2023
(samples_langson.csv); the sentences are the project's own.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

from PIL import Image

from pipeline.figures import write_amount
from pipeline.glossary import Glossary, load_glossary
from pipeline.history import related
from pipeline.model import (
    Brief,
    Label,
    Language,
    Observation,
    Past,
    ReportingPeriod,
    Row,
    Run,
    Sentence,
    Signature,
    Span,
    Statement,
)
from pipeline.theme import Theme, read_theme

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
THEME = read_theme(TEMPLATES)


@cache
def glossary() -> Glossary:
    return load_glossary(ROOT / "glossary")


def observation(
    indicator: str,
    value: str,
    measure: str = "growth",
    basis: str = "year_ago",
    period: str = "2023-01/2023-06",
    unit: str = "percent",
    scale: int = 0,
    area: str = "VN-09",
) -> Observation:
    """One observation, the rest of it plausible."""
    return Observation(
        indicator, area, period, measure, basis, Decimal(value), unit, scale, "estimate", Span(0, 4),  # type: ignore[arg-type]  # measures come as text from the table
        f"{value} theo báo cáo", 0, "sample",
    )  # fmt: skip


@cache
def observations() -> tuple[Observation, ...]:
    with (ROOT / "tests/samples_langson.csv").open(encoding="utf-8", newline="") as f:
        return tuple(
            observation(
                r["indicator"], r["value"], r["measure"], r["basis"], r["period"], r["unit"], int(r["scale"]), r["area"]
            )
            for r in csv.DictReader(f)
        )


def find(found: Sequence[Observation], words: str) -> int:
    """ "cpi growth year_ago 2023-06" -> index of the first observation that has all these codes."""
    indicator, *codes = words.split()
    for i, o in enumerate(found):
        if o.indicator == indicator and "/" not in o.area and set(codes) <= {o.measure, o.basis, o.period}:
            return i
    raise LookupError(words)


def sentence(text: str, language: Language) -> Sentence:
    """Words with figures named in braces -> runs; figures are written without their sign."""
    runs = []
    for part in re.split(r"(\{.*?\})", text):
        if part.startswith("{"):
            index = find(observations(), part[1:-1])
            o, g = observations()[index], glossary()
            value = abs(o.value)
            runs.append(Run(write_amount(value, value, g.units.get(o.unit), g.scales.get(o.scale), language), index))
        elif part:
            runs.append(Run(part))
    return tuple(runs)


def statement(topic: str, vi: str, en: str, *, untranslated: bool = False) -> Statement:
    left = (Run(vi, language="vi"),) if untranslated else sentence(en, "en")
    return Statement(topic, sentence(vi, "vi"), left, untranslated)


def row(group: str, code: str, change: str = "growth year_ago 2023-01/2023-06", plan: str = "") -> Row:
    def index(words: str) -> int | None:
        try:
            return find(observations(), f"{code} {words}")
        except LookupError:
            return None

    name = glossary().indicators[code]
    level = index("level 2023-01/2023-06")
    return Row(group, code, Label(name.vi, name.en), level, index(change), index(plan) if plan else None)


@cache
def langson() -> Brief:
    """The brief of a rich report."""
    return Brief(
        area="VN-09",
        title=Label(
            "Tình hình kinh tế - xã hội tỉnh Lạng Sơn tháng 6, quý II và 6 tháng đầu năm 2023",
            "Socio-economic situation of Lang Son in June, the second quarter and the first half of 2023",
        ),
        place=Label("Lạng Sơn", "Lang Son"),
        slug="lang-son-2023-06",
        period=ReportingPeriod("2023-06", "2023-Q2", "2023-01/2023-06"),
        period_label=Label("Tháng 6 và 6 tháng đầu năm 2023", "June and first half of 2023"),
        published="2023-06-29",
        office=Label("Cục Thống kê tỉnh Lạng Sơn", "Lang Son Statistics Office"),
        address="https://example.org/lang-son/bao-cao-thang-6-2023",
        headline=statement(
            "grdp",
            "Lạng Sơn tăng trưởng {grdp growth} trong 6 tháng đầu năm 2023, xuất nhập khẩu qua cửa khẩu tăng gấp đôi",
            "Lang Son grew {grdp growth} in the first half of 2023 as trade through its border gates doubled",
        ),
        points=(
            statement(
                "grdp",
                "GRDP tăng {grdp growth} so với cùng kỳ năm trước; khu vực dịch vụ đóng góp"
                " {grdp.services contribution}, công nghiệp và xây dựng {grdp.industry_construction contribution}.",
                "Gross regional domestic product rose {grdp growth} year on year; services contributed"
                " {grdp.services contribution}, industry and construction {grdp.industry_construction contribution}.",
            ),
            statement(
                "trade",
                "Kim ngạch xuất nhập khẩu đạt {trade.total level 2023-01/2023-06}, tăng {trade.total growth};"
                " xuất khẩu đạt {trade.exports level 2023-01/2023-06}, gấp hơn 4 lần cùng kỳ"
                " (+{trade.exports growth}).",
                "Import-export turnover reached {trade.total level 2023-01/2023-06}, up {trade.total growth}, with"
                " exports more than quadrupling to {trade.exports level 2023-01/2023-06} (+{trade.exports growth}).",
            ),
            statement(
                "iip",
                "Sản xuất công nghiệp 6 tháng tăng {iip growth 2023-01/2023-06}, dẫn dắt bởi công nghiệp chế biến, chế"
                " tạo (+{iip.manufacturing growth 2023-01/2023-06}); riêng tháng 6 giảm {iip growth previous_month}"
                " so với tháng 5 do clanhke tồn kho.",
                "Industrial production rose {iip growth 2023-01/2023-06} in six months, led by manufacturing"
                " (+{iip.manufacturing growth 2023-01/2023-06}), although June slipped {iip growth previous_month}"
                " from May as clinker stocks went unsold.",
            ),
            statement(
                "cpi",
                "Giá tiêu dùng tháng 6 tăng {cpi growth previous_month} so với tháng trước và"
                " {cpi growth year_ago 2023-06} so với cùng kỳ; giáo dục tăng {cpi.education growth}, giao thông giảm"
                " {cpi.transport growth year_ago}.",
                "Consumer prices rose {cpi growth previous_month} in June from May and {cpi growth year_ago 2023-06}"
                " from a year earlier; education cost {cpi.education growth} more, transport"
                " {cpi.transport growth year_ago} less.",
            ),
            statement(
                "budget",
                "Thu ngân sách đạt {budget.revenue level}, bằng {budget.revenue plan_ratio provincial_plan} dự toán"
                " tỉnh giao, tăng {budget.revenue growth} so với cùng kỳ; chi ngân sách địa phương tăng"
                " {budget.expenditure growth}.",
                "Budget revenue reached {budget.revenue level}, {budget.revenue plan_ratio provincial_plan} of the"
                " provincial estimate and {budget.revenue growth} more than a year earlier; local spending rose"
                " {budget.expenditure growth}.",
            ),
            statement(
                "enterprises",
                "Có {enterprises.new level} thành lập mới trong 5 tháng đầu năm (+{enterprises.new growth}), nhưng vốn"
                " đăng ký giảm {enterprises.registered_capital growth}.",
                "Newly registered enterprises numbered {enterprises.new level} in the first five months"
                " (+{enterprises.new growth}), but their registered capital fell"
                " {enterprises.registered_capital growth}.",
            ),
        ),
        rows=(
            row("output", "grdp"),
            row("output", "iip"),
            row("output", "iip", "growth previous_month"),
            row("output", "cpi", "growth previous_month"),
            row("output", "cpi", "growth year_ago 2023-06"),
            row("trade", "trade.total", plan="plan_ratio plan"),
            row("trade", "trade.exports", plan="plan_ratio plan"),
            row("trade", "trade.imports", plan="plan_ratio plan"),
            row("budget", "budget.revenue", plan="plan_ratio provincial_plan"),
            row("budget", "budget.expenditure", plan="plan_ratio provincial_plan"),
            row("budget", "investment"),
            row("budget", "enterprises.registered_capital", "growth"),
            row("services", "retail"),
            row("services", "tourism.arrivals", plan="plan_ratio plan"),
            row("services", "transport.revenue"),
            row("agriculture", "crops.rice.output", "growth"),
            row("agriculture", "livestock.pig.heads"),
            row("agriculture", "forestry.new_plantation"),
        ),
        drivers=(
            statement(
                "iip",
                "Sản xuất phân phối điện tăng {iip.electricity growth year_ago 2023-06} trong tháng 6 nhờ nguồn nước về"
                " các hồ thủy điện khá hơn.",
                "Electricity generation rose {iip.electricity growth year_ago 2023-06} in June as more water reached"
                " the hydropower reservoirs.",
            ),
            statement(
                "cpi",
                "Giá nhà ở và vật liệu xây dựng tăng {cpi.housing growth previous_month} do nhu cầu điện mùa nóng.",
                "Housing and construction materials cost {cpi.housing growth previous_month} more because hot weather"
                " raised demand for electricity.",
            ),
            statement(
                "trade",
                "Xuất khẩu tăng {trade.exports growth} khi các cửa khẩu thông quan trở lại bình thường.",
                "Exports rose {trade.exports growth} once clearance at the border gates returned to normal.",
            ),
            statement(
                "tourism",
                "Doanh thu du lịch tăng {tourism.revenue growth} nhờ các lễ hội đầu năm được tổ chức đầy đủ.",
                "Tourism revenue rose {tourism.revenue growth} as the spring festivals were held in full.",
            ),
        ),
        difficulties=(
            statement(
                "difficulty",
                "Hàng tồn kho ngành chế biến tăng {industry.inventory growth year_ago}, thị trường tiêu thụ xi măng"
                " còn yếu.",
                "Manufacturing inventories rose {industry.inventory growth year_ago} while demand for cement stayed"
                " weak.",
            ),
            statement(
                "difficulty",
                "Nhiều hộ trồng na chưa tìm được nơi tiêu thụ ổn định.",
                "Nhiều hộ trồng na chưa tìm được nơi tiêu thụ ổn định.",
                untranslated=True,
            ),
        ),
        outlook=(
            statement(
                "outlook",
                "Các dự án giao thông trọng điểm dự kiến khởi công trong quý III.",
                "Work on the main road projects is due to start in the third quarter.",
            ),
            statement(
                "outlook",
                "Tỉnh tiếp tục rút ngắn thời gian thông quan hàng nông sản.",
                "The province will go on shortening customs clearance of farm produce.",
            ),
        ),
        notes=(
            statement(
                "note",
                "Số liệu tháng 6 và 6 tháng đầu năm là số ước tính.",
                "Figures for June and the first half of the year are estimates.",
            ),
            statement("note", "Số liệu thu, chi ngân sách: Sở Tài chính.", "Budget figures: Department of Finance."),
            statement(
                "note",
                "Bản gốc: Cục Thống kê tỉnh Lạng Sơn, 29/06/2023, https://example.org/lang-son/bao-cao-thang-6-2023.",
                "Original: Lang Son Statistics Office, 29 June 2023, https://example.org/lang-son/bao-cao-thang-6-2023.",
            ),
            statement("note", "Lập bằng songngu 0.1.0.", "Made with songngu 0.1.0."),
        ),
        observations=observations(),
        signature=Signature("0.1.0", "0123456789ab", ""),
    )


def poor() -> Brief:
    """The brief of a report that says little: three points, five rows, one chart."""
    rich = langson()
    kept = {"iip", "cpi"}
    few = tuple(
        o if o.indicator.split(".")[0] in kept and (o.indicator == "cpi" or o.indicator.startswith("iip"))
        else replace(o, area="VN-09/rural")
        for o in rich.observations
    )  # fmt: skip
    return replace(
        rich,
        points=rich.points[2:5],
        rows=tuple(r for r in rich.rows if r.group == "output"),
        drivers=rich.drivers[:1],
        difficulties=(),
        outlook=(),
        observations=few,
    )


def bloated() -> Brief:
    """Far more than two pages hold, with names as long as they come."""
    rich = langson()
    name = Label(
        "Doanh thu bán lẻ hàng hóa và dịch vụ tiêu dùng của khu vực kinh tế tập thể, cá thể và tư nhân trên địa bàn",
        "Retail sales of goods and consumer services of the collective, household and private sectors in the area",
    )
    return replace(
        rich,
        points=rich.points * 3,
        rows=tuple(replace(r, label=name) for r in rich.rows) * 2,
        drivers=rich.drivers * 6,
        difficulties=rich.difficulties * 6,
        outlook=rich.outlook * 6,
        notes=rich.notes * 6,
    )


def coursed() -> Brief:
    """The rich report, with what the reports of a year before it said; that of February is missing."""
    rich = langson()
    months = [f"2022-{m:02}" for m in range(6, 13)] + ["2023-01", "2023-03", "2023-04", "2023-05"]
    past = []
    for n, month in enumerate(months):
        year, number = month.split("-")
        so_far = {"01": f"{year}-01", "03": f"{year}-Q1", "12": year}.get(number, f"{year}-01/{month}")
        when = {rich.period.month: month, rich.period.cumulative: so_far}
        for o in rich.observations:
            if o.measure == "growth" and o.area == rich.area and o.period in when:
                value = o.value + Decimal(n * 7 % 11 - 5) / 10
                past.append(Past(month, replace(o, period=when[o.period], value=value)))
    return replace(rich, past=related(past, rich.observations, glossary()))


BRIEFS: dict[str, Callable[[], Brief]] = {"rich": langson, "poor": poor, "bloated": bloated, "coursed": coursed}

SVG_LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"><rect width="2" height="1" fill="#0a5"/></svg>'


def own_theme(folder: Path, text: str, logo: bytes = SVG_LOGO) -> Theme:
    """The theme of an organisation whose file and logos lie in a folder of its own."""
    folder.mkdir(exist_ok=True)
    (folder / "own.toml").write_text(text, encoding="utf-8")
    (folder / "logo.svg").write_bytes(logo)
    image = io.BytesIO()
    Image.new("RGBA", (40, 20), (0, 160, 80, 120)).save(image, "png")
    (folder / "logo.png").write_bytes(image.getvalue())
    return read_theme(TEMPLATES, folder / "own.toml")
