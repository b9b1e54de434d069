//! Charts as SVG.

use std::fmt::Write as _;

use crate::growth::Point;
use crate::pairs::Rank;

const WIDTH: f64 = 520.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 62.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 44.0;

/// A logarithmic axis from `from` to `to`, both positive.
#[derive(Clone, Copy)]
struct Log {
    from: f64,
    to: f64,
    /// Where its ends lie, in units of the drawing.
    ends: (f64, f64),
}

impl Log {
    fn place(self, value: f64) -> f64 {
        let (from, to) = (self.from.ln(), self.to.ln());
        let share = (value.max(self.from).ln() - from) / (to - from).max(1e-9);
        self.ends.0 + share.min(1.0) * (self.ends.1 - self.ends.0)
    }

    /// Powers of ten on the axis.
    fn ticks(self) -> impl Iterator<Item = f64> {
        (-9..=12)
            .map(|power| 10f64.powi(power))
            .filter(move |tick| (self.from * 0.999..=self.to * 1.001).contains(tick))
    }
}

fn open(label: &str) -> String {
    format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{label}\">")
}

// Writing to a string cannot fail.
fn line(svg: &mut String, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
    let _ = write!(
        svg,
        "<line class=\"axis\" x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"/>"
    );
}

fn text(svg: &mut String, (x, y): (f64, f64), anchor: &str, words: &str) {
    let _ = write!(
        svg,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{words}</text>"
    );
}

fn curve(svg: &mut String, color: &str, points: impl Iterator<Item = (f64, f64)>) {
    let mut path = String::new();
    for (at, (x, y)) in points.enumerate() {
        let _ = write!(path, "{}{x:.1},{y:.1}", if at == 0 { "M" } else { "L" });
    }
    let _ = write!(
        svg,
        "<path d=\"{path}\" fill=\"none\" stroke=\"var(--{color})\" stroke-width=\"2.2\" stroke-linejoin=\"round\"/>"
    );
}

fn dot(svg: &mut String, color: &str, (x, y): (f64, f64), radius: f64, title: &str) {
    let _ = write!(
        svg,
        "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\" fill=\"var(--{color})\"><title>{title}</title></circle>"
    );
}

/// Draws what is not covered against the documents learnt from.
pub(super) fn growth(points: &[Point]) -> String {
    let missing = |point: &Point| [1.0 - point.shares.key, 1.0 - point.shares.candidate];
    let all = || points.iter().flat_map(missing).filter(|share| *share > 0.0);
    let least = all().fold(0.1, f64::min);
    let most = all().fold(0.01, f64::max);
    let documents = |point: &Point| point.documents as f64;
    let x = Log {
        from: points.iter().map(documents).fold(f64::MAX, f64::min) / 1.15,
        to: points.iter().map(documents).fold(1.0, f64::max) * 1.15,
        ends: (LEFT, WIDTH - RIGHT),
    };
    let y = Log {
        from: least / 1.3,
        to: (most * 1.3).min(1.0),
        ends: (HEIGHT - BOTTOM, TOP),
    };
    let mut svg = open("substitutions that are not covered, by documents learnt from");
    for power in (-6..=0).map(|power| 10f64.powi(power)) {
        for tick in [power, 2.0 * power, 5.0 * power] {
            if !(y.from..=y.to).contains(&tick) {
                continue;
            }
            let at = y.place(tick);
            line(&mut svg, (LEFT, at), (WIDTH - RIGHT, at));
            let label = format!("{} %", short(tick * 100.0));
            text(&mut svg, (LEFT - 8.0, at + 4.0), "end", &label);
        }
    }
    for point in points {
        let at = (x.place(documents(point)), HEIGHT - BOTTOM + 18.0);
        text(&mut svg, at, "middle", &point.documents.to_string());
    }
    let middle = (LEFT + (WIDTH - LEFT - RIGHT) / 2.0, HEIGHT - 6.0);
    text(&mut svg, middle, "middle", "documents learnt from");
    for (which, color) in [(1, "amber"), (0, "red")] {
        let place = |point: &Point| (x.place(documents(point)), y.place(missing(point)[which]));
        curve(&mut svg, color, points.iter().map(place));
        for point in points {
            let title = format!(
                "{} documents, {} entries: {:.2} % not covered",
                point.documents,
                point.entries,
                100.0 * missing(point)[which]
            );
            dot(&mut svg, color, place(point), 3.6, &title);
        }
    }
    svg.push_str("</svg>");
    svg
}

/// Draws how often each substitution was seen by its rank, and which of them are missing.
pub(super) fn ranks(ranks: &[Rank]) -> String {
    let most = ranks.iter().map(|rank| rank.count).max().unwrap_or(1) as f64;
    let last = ranks.iter().map(|rank| rank.rank).max().unwrap_or(1) as f64;
    let x = Log {
        from: 1.0,
        to: (last * 1.2).max(10.0),
        ends: (LEFT, WIDTH - RIGHT),
    };
    let y = Log {
        from: 0.8,
        to: (most * 1.4).max(10.0),
        ends: (HEIGHT - BOTTOM, TOP),
    };
    let mut svg = open("substitutions by rank and frequency");
    for tick in y.ticks() {
        let at = y.place(tick);
        line(&mut svg, (LEFT, at), (WIDTH - RIGHT, at));
        text(&mut svg, (LEFT - 8.0, at + 4.0), "end", &short(tick));
    }
    for tick in x.ticks() {
        let at = (x.place(tick), HEIGHT - BOTTOM + 18.0);
        text(&mut svg, at, "middle", &short(tick));
    }
    let middle = (LEFT + (WIDTH - LEFT - RIGHT) / 2.0, HEIGHT - 6.0);
    text(&mut svg, middle, "middle", "rank");
    text(&mut svg, (LEFT + 6.0, TOP + 6.0), "start", "times seen");
    let place = |rank: &Rank| (x.place(rank.rank as f64), y.place(rank.count as f64));
    curve(
        &mut svg,
        "green",
        ranks.iter().filter(|rank| rank.covered).map(place),
    );
    for rank in ranks.iter().filter(|rank| !rank.covered) {
        let title = format!("rank {}, seen {} times, no entry", rank.rank, rank.count);
        dot(&mut svg, "red", place(rank), 2.6, &title);
    }
    svg.push_str("</svg>");
    svg
}

/// A number with no more digits than it needs.
pub(super) fn short(value: f64) -> String {
    if value >= 1.0 {
        format!("{value:.0}")
    } else {
        let text = format!("{value:.3}");
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    }
}
