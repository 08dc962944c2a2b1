"""Reports for the tests of compose: the Lạng Sơn figures with sentences of our own, and poorer reports."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from observations import GOLD, Draft, from_table

from pipeline.compose import compose
from pipeline.glossary import Glossary, load_glossary
from pipeline.model import LANGUAGES, Brief, Sentence, Statement


@cache
def glossary() -> Glossary:
    """The project's own tables; the signature is fixed so that golden files outlive a new row."""
    return replace(load_glossary(Path(__file__).resolve().parents[1] / "glossary"), signature="0123456789ab")


def words(sentence: Sentence) -> str:
    return "".join(run.text for run in sentence)


def statements(brief: Brief) -> tuple[Statement, ...]:
    """Every sentence of a brief."""
    return (brief.headline, *brief.points, *brief.drivers, *brief.difficulties, *brief.outlook, *brief.notes)


def brief_of(draft: Draft, engine: str = "") -> Brief:
    return compose(draft.article(), draft.extraction(), draft.checked(), draft.translation(engine), glossary())


def written(brief: Brief) -> str:
    """A brief as text: what the golden file holds."""
    lines = [f"{brief.slug}", f"{brief.title.vi}", f"{brief.title.en}", brief.period_label.vi, brief.period_label.en]
    lines += [brief.office.vi, brief.office.en]
    for part in ("headline", "points", "drivers", "difficulties", "outlook", "notes"):
        value = getattr(brief, part)
        for s in (value,) if isinstance(value, Statement) else value:
            lines.append(f"\n{part} {s.topic}{' (untranslated)' if s.untranslated else ''}")
            lines += [words(getattr(s, language)) for language in LANGUAGES]
    lines.append("\nrows")
    for row in brief.rows:
        cells = (
            f"{o.value} {o.unit} {o.period} {o.basis}".strip()
            for o in (brief.observations[i] for i in (row.level, row.change, row.plan) if i is not None)
        )
        lines.append(f"{row.group}: {row.label.en}: {'; '.join(cells)}")
    return "\n".join(lines) + "\n"


def langson() -> Draft:
    """June and the first half of 2023: the hand-made table, with causes and free text written for these tests."""
    draft = from_table(GOLD, "VN-09", "2023-06", "2023-Q2")
    draft.observations = [
        replace(o, status="estimate") if o.indicator.startswith(("grdp", "trade", "retail")) else o
        for o in draft.observations
    ]
    draft.explain(
        "iip 2023-06 growth previous_month",
        "do hai nhà máy xi măng còn nhiều clanhke chưa bán được",
        "two cement works still held large unsold stocks of clinker",
    )
    draft.explain(
        "cpi.education 2023-06 growth year_ago", "do học phí không còn được miễn, giảm", "because tuition relief ended"
    )
    draft.explain("iip.electricity 2023-06 growth year_ago", "nhờ nhu cầu điện tăng trong những ngày nắng nóng")
    draft.explain(
        "retail 2023-01/2023-06 growth year_ago",
        "sức mua phục hồi sau đại dịch",
        "buying power recovered after the pandemic",
    )
    draft.block("III. Khó khăn, hạn chế", "heading", 1, "III")
    draft.sentence(
        "- Hàng hóa mới chỉ thông quan qua năm cửa khẩu.", "Goods cleared customs at only five border gates."
    )
    draft.sentence("- Giải ngân vốn đầu tư công tại một số dự án trọng điểm còn chậm.")
    draft.sentence("- Các cấp, các ngành đã quyết liệt, sáng tạo trong lãnh đạo, chỉ đạo.")
    draft.block("IV. Nhiệm vụ và giải pháp", "heading", 1, "IV")
    draft.sentence(
        "Một là, khởi công tuyến cao tốc Hữu Nghị - Chi Lăng trong năm 2023.",
        "First, start work on the Huu Nghi - Chi Lang expressway in 2023.",
    )
    draft.sentence("Tiếp tục thi đua, phát huy tinh thần đoàn kết của các tầng lớp Nhân dân.")
    draft.block("[1] Nguồn: Sở Tài chính.", "source", 0, "1")
    draft.block("[2] Nguồn: Ngân hàng Nhà nước Chi nhánh tỉnh Lạng Sơn.", "source", 0, "2")
    return draft
