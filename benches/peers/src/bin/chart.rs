//! Draws the figures of `cargo run --release -- --json FILE`: `chart FILE >chart.svg`.
//!
//! Bars begin at zero, and both panels have the same scale.

use std::{env, error::Error, fmt::Write as _, fs};

use peers::{Figures, Ratio, Report};

const NAMES: f64 = 280.0;
const PANEL: f64 = 230.0;
const GAP: f64 = 50.0;
const TOP: f64 = 84.0;
const ROW: f64 = 28.0;
const BAR: f64 = 16.0;
const FOOT: f64 = 44.0;

/// Okabe and Ito's blue and orange, which colour-blind readers can distinguish.
const STYLE: &str = "
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .ground { fill: #ffffff; }
  .heading, .ours { font-weight: 600; }
  .grid { stroke: #d1d9e0; }
  .one { stroke: #1f2328; stroke-dasharray: 3 3; }
  .peer-bar { fill: #e69f00; }
  .our-bar { fill: #0072b2; }
  .note, .mark { font-size: 12px; fill: #59636e; }
  .mark { text-anchor: middle; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .ground { fill: #0d1117; }
    .grid { stroke: #3d444d; }
    .one { stroke: #f0f6fc; }
    .our-bar { fill: #56b4e9; }
    .note, .mark { fill: #9198a1; }
  }
";

fn main() -> Result<(), Box<dyn Error>> {
    let file = env::args_os().nth(1).ok_or("which file has the figures?")?;
    let report: Report = serde_json::from_slice(&fs::read(file)?)?;
    print!("{}", Chart::new(&report).draw()?);
    Ok(())
}

struct Chart<'a> {
    report: &'a Report,
    /// The end of the scale, in raw checks.
    end: f64,
    svg: String,
}

impl<'a> Chart<'a> {
    fn new(report: &'a Report) -> Self {
        let largest = report
            .contenders
            .iter()
            .map(|figures| figures.new.max(figures.seen));
        let largest = largest.fold(1.0, f64::max);
        Self {
            report,
            end: (largest * 2.0).ceil() / 2.0,
            svg: String::new(),
        }
    }

    fn draw(mut self) -> Result<String, std::fmt::Error> {
        let width = NAMES + 2.0 * (PANEL + GAP);
        let height = TOP + ROW * self.report.contenders.len() as f64 + FOOT;
        writeln!(
            self.svg,
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-labelledby="title">"#
        )?;
        writeln!(self.svg, r#"<title id="title">{}</title>"#, self.title())?;
        writeln!(self.svg, "<style>{STYLE}</style>")?;
        writeln!(
            self.svg,
            r#"<rect class="ground" width="{width}" height="{height}" rx="6"/>"#
        )?;
        self.text(
            16.0,
            28.0,
            "heading",
            "What a request costs more with a token check than without",
        )?;
        self.names()?;
        self.panel(NAMES, "a token that is new", |figures| figures.new)?;
        self.panel(NAMES + PANEL + GAP, "a token seen before", |figures| {
            figures.seen
        })?;
        let note = format!(
            "1 is one raw RSA-2048 signature check, {:.1} µs in this run. Shorter is better.",
            self.report.raw_micros
        );
        self.text(16.0, height - 12.0, "note", &note)?;
        writeln!(self.svg, "</svg>")?;
        Ok(self.svg)
    }

    /// The figures in words, for readers who cannot see the chart.
    fn title(&self) -> String {
        let figures = self.report.contenders.iter().map(|figures| {
            format!(
                "{} {} and {}",
                figures.name,
                Ratio(figures.new),
                Ratio(figures.seen)
            )
        });
        let figures: Vec<_> = figures.collect();
        format!(
            "Cost of a request with a new and with a seen token, in raw signature checks: {}",
            figures.join("; ")
        )
    }

    fn names(&mut self) -> std::fmt::Result {
        for (index, figures) in self.report.contenders.iter().enumerate() {
            let class = if is_ours(figures) { "ours" } else { "peer" };
            self.text(16.0, row(index) + 13.0, class, &figures.name)?;
        }
        Ok(())
    }

    fn panel(&mut self, left: f64, heading: &str, value: fn(&Figures) -> f64) -> std::fmt::Result {
        self.text(left, TOP - 28.0, "heading", heading)?;
        let marks = (self.end * 2.0) as u32;
        for half in 0..=marks {
            self.mark(left, f64::from(half) / 2.0)?;
        }
        for (index, figures) in self.report.contenders.iter().enumerate() {
            let (x, y) = (left, row(index));
            let length = value(figures) / self.end * PANEL;
            let class = if is_ours(figures) {
                "our-bar"
            } else {
                "peer-bar"
            };
            writeln!(
                self.svg,
                r#"<rect class="{class}" x="{x}" y="{y}" width="{length:.1}" height="{BAR}"/>"#
            )?;
            self.text(
                x + length + 5.0,
                y + 13.0,
                "value",
                &Ratio(value(figures)).to_string(),
            )?;
        }
        Ok(())
    }

    fn mark(&mut self, left: f64, mark: f64) -> std::fmt::Result {
        let x = left + mark / self.end * PANEL;
        let bottom = TOP + ROW * self.report.contenders.len() as f64;
        let class = if mark == 1.0 { "one" } else { "grid" };
        writeln!(
            self.svg,
            r#"<line class="{class}" x1="{x}" y1="{TOP}" x2="{x}" y2="{bottom}"/>"#
        )?;
        self.text(x, TOP - 8.0, "mark", &mark.to_string())
    }

    fn text(&mut self, x: f64, y: f64, class: &str, text: &str) -> std::fmt::Result {
        writeln!(
            self.svg,
            r#"<text x="{x:.1}" y="{y}" class="{class}">{text}</text>"#
        )
    }
}

fn is_ours(figures: &Figures) -> bool {
    figures.name.starts_with("sequence-auth")
}

fn row(index: usize) -> f64 {
    TOP + 6.0 + ROW * index as f64
}
