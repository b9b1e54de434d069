//! Curves as SVG.

use std::fmt::Write;

/// A named row of points.
pub(crate) struct Curve {
    pub(crate) name: &'static str,
    pub(crate) points: Vec<(f64, f64)>,
}

impl Curve {
    pub(crate) fn new(name: &'static str) -> Curve {
        Curve {
            name,
            points: Vec::new(),
        }
    }
}

/// Some curves over one axis.
pub(crate) struct Chart {
    pub(crate) file: &'static str,
    pub(crate) title: &'static str,
    pub(crate) about: String,
    pub(crate) x: &'static str,
    pub(crate) y: &'static str,
    /// Which axes are logarithmic.
    pub(crate) log: [bool; 2],
    pub(crate) curves: Vec<Curve>,
}

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 360.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 52.0;
const COLOURS: [&str; 4] = ["#0b62a4", "#c2410c", "#15803d", "#7c3aed"];
/// Line patterns, so that nobody needs to see the colours.
const DASHES: [&str; 4] = ["none", "7 4", "2 3", "10 3 2 3"];

/// One axis: what is shown, and where it lies on the paper.
struct Axis {
    from: f64,
    to: f64,
    log: bool,
    start: f64,
    end: f64,
}

impl Axis {
    fn new(values: impl Iterator<Item = f64> + Clone, log: bool, start: f64, end: f64) -> Axis {
        let least = values.clone().fold(f64::INFINITY, f64::min);
        let most = values.fold(f64::NEG_INFINITY, f64::max);
        let (from, to) = if log {
            (
                10_f64.powf(least.log10().floor()),
                10_f64.powf(most.log10().ceil()),
            )
        } else {
            let step = step(most);
            (0.0, (most / step).ceil() * step)
        };
        let to = if to > from { to } else { from + 1.0 };
        Axis {
            from,
            to,
            log,
            start,
            end,
        }
    }

    fn at(&self, value: f64) -> f64 {
        let share = if self.log {
            (value / self.from).ln() / (self.to / self.from).ln()
        } else {
            (value - self.from) / (self.to - self.from)
        };
        self.start + share * (self.end - self.start)
    }

    fn ticks(&self) -> Vec<f64> {
        let mut ticks = Vec::new();
        let mut tick = self.from;
        while tick <= self.to * 1.000_001 {
            ticks.push(tick);
            tick = if self.log {
                tick * 10.0
            } else {
                tick + step(self.to)
            };
        }
        ticks
    }
}

/// A round distance of ticks up to `most`.
fn step(most: f64) -> f64 {
    let raw = (most / 5.0).max(f64::MIN_POSITIVE);
    let power = 10_f64.powf(raw.log10().floor());
    let round = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .find(|round| power * round >= raw * 0.999);
    power * round.unwrap_or(10.0)
}

/// A number of at most three digits and a letter for its size.
pub(crate) fn short(value: f64) -> String {
    let (value, unit) = match value {
        v if v >= 1e6 => (v / 1e6, " M"),
        v if v >= 1e4 => (v / 1e3, " k"),
        v => (v, ""),
    };
    let digits = match value {
        v if v == v.round() || v >= 99.95 => 0,
        v if v >= 9.995 => 1,
        _ => 2,
    };
    format!("{value:.digits$}{unit}")
}

impl Chart {
    pub(crate) fn svg(&self) -> String {
        let points = || self.curves.iter().flat_map(|curve| &curve.points);
        let x = Axis::new(points().map(|p| p.0), self.log[0], LEFT, WIDTH - RIGHT);
        let y = Axis::new(points().map(|p| p.1), self.log[1], HEIGHT - BOTTOM, TOP);
        let mut svg = String::new();
        // Writing to a string cannot fail.
        let _ = self.draw(&mut svg, &x, &y);
        svg
    }

    fn draw(&self, svg: &mut String, x: &Axis, y: &Axis) -> std::fmt::Result {
        writeln!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
             width=\"{WIDTH}\" height=\"{HEIGHT}\" font-family=\"sans-serif\" font-size=\"12\" \
             role=\"img\">\n<title>{0}</title>\n<rect width=\"100%\" height=\"100%\" \
             fill=\"#ffffff\"/>\n<text x=\"{LEFT}\" y=\"22\" font-size=\"14\" \
             font-weight=\"bold\">{0}</text>",
            self.title
        )?;
        for tick in x.ticks() {
            let (at, low) = (x.at(tick), HEIGHT - BOTTOM);
            writeln!(
                svg,
                "<line x1=\"{at:.1}\" y1=\"{TOP}\" x2=\"{at:.1}\" y2=\"{low}\" \
                 stroke=\"#e5e7eb\"/>\n<text x=\"{at:.1}\" y=\"{:.1}\" \
                 text-anchor=\"middle\">{}</text>",
                low + 18.0,
                short(tick)
            )?;
        }
        for tick in y.ticks() {
            let at = y.at(tick);
            writeln!(
                svg,
                "<line x1=\"{LEFT}\" y1=\"{at:.1}\" x2=\"{}\" y2=\"{at:.1}\" \
                 stroke=\"#e5e7eb\"/>\n<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                WIDTH - RIGHT,
                LEFT - 8.0,
                at + 4.0,
                short(tick)
            )?;
        }
        writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n\
             <text x=\"16\" y=\"{}\" text-anchor=\"middle\" \
             transform=\"rotate(-90 16 {3})\">{}</text>",
            (LEFT + WIDTH - RIGHT) / 2.0,
            HEIGHT - 10.0,
            self.x,
            (TOP + HEIGHT - BOTTOM) / 2.0,
            self.y
        )?;
        for (index, curve) in self.curves.iter().enumerate() {
            let (colour, dash) = (COLOURS[index % 4], DASHES[index % 4]);
            let points: Vec<String> = curve
                .points
                .iter()
                .map(|&(px, py)| format!("{:.1},{:.1}", x.at(px), y.at(py)))
                .collect();
            writeln!(
                svg,
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" \
                 stroke-dasharray=\"{dash}\"/>",
                points.join(" ")
            )?;
            for point in &points {
                if let Some((px, py)) = point.split_once(',') {
                    writeln!(
                        svg,
                        "<circle cx=\"{px}\" cy=\"{py}\" r=\"3\" fill=\"{colour}\"/>"
                    )?;
                }
            }
            // The legend stands in the title's line, to the right.
            let at = TOP + 14.0 + 16.0 * index as f64;
            let right = WIDTH - RIGHT - 8.0;
            writeln!(
                svg,
                "<line x1=\"{}\" y1=\"{2:.1}\" x2=\"{right}\" y2=\"{2:.1}\" stroke=\"{colour}\" \
                 stroke-width=\"2\" stroke-dasharray=\"{dash}\"/>\n<text x=\"{1}\" y=\"{3:.1}\" \
                 text-anchor=\"end\">{4}</text>",
                right - 28.0,
                right - 34.0,
                at,
                at + 4.0,
                curve.name
            )?;
        }
        writeln!(svg, "</svg>")
    }

    /// The same figures as a table.
    pub(crate) fn table(&self) -> String {
        let mut xs: Vec<f64> = self
            .curves
            .iter()
            .flat_map(|c| &c.points)
            .map(|p| p.0)
            .collect();
        xs.sort_by(f64::total_cmp);
        xs.dedup();
        let names: Vec<String> = self
            .curves
            .iter()
            .map(|c| format!("{}, {}", c.name, self.y))
            .collect();
        let mut table = format!(
            "| {} | {} |\n|---:|{}\n",
            self.x,
            names.join(" | "),
            "---:|".repeat(names.len())
        );
        for x in xs {
            let cell = |curve: &Curve| {
                let point = curve.points.iter().find(|point| point.0 == x);
                point.map_or_else(String::new, |point| short(point.1))
            };
            let cells: Vec<String> = self.curves.iter().map(cell).collect();
            table.push_str(&format!("| {} | {} |\n", short(x), cells.join(" | ")));
        }
        table
    }
}
