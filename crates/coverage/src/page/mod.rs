//! A page that shows all that was measured: one file, no network, charts as SVG.

mod chart;

use std::fmt::Write as _;

use crate::clean::CleanCoverage;
use crate::pairs::{Band, PairCoverage, Shares};
use crate::report::Coverage;
use crate::spun::SpunCoverage;

/// Rows of a list of phrases that the page shows.
const ROWS: usize = 60;

const STYLE: &str = include_str!("style.css");

const LEGEND: &str = "<p class=\"legend\"><span><i class=\"key\"></i>spun phrase is no key</span>\
<span><i class=\"original\"></i>key lacks the original</span>\
<span><i class=\"order\"></i>original is not the first candidate</span></p>";

const COPY: &str = "<script>\
document.querySelectorAll('button[data-copy]').forEach(b=>b.onclick=()=>{\
const t=document.getElementById(b.dataset.copy);t.select();\
navigator.clipboard?navigator.clipboard.writeText(t.value):document.execCommand('copy');\
b.textContent='Copied'})</script>";

/// The page, as HTML.
#[must_use]
pub fn page(coverage: &Coverage) -> String {
    let name = escape(&coverage.dictionary.name);
    // Writing to a string cannot fail.
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>Coverage of {name}</title><style>{STYLE}</style></head><body><main>\n\
         <h1>Coverage of {name}</h1><p class=\"lead\">{} entries under {} keys</p>\n",
        grouped(coverage.dictionary.entries as u64),
        grouped(coverage.dictionary.keys as u64),
    );
    if let Some(pairs) = &coverage.pairs {
        pair_section(&mut html, coverage, pairs);
    }
    if let Some(spun) = &coverage.spun {
        spun_section(&mut html, spun);
    }
    if let Some(clean) = &coverage.clean {
        clean_section(&mut html, clean);
    }
    let _ = writeln!(html, "</main>{COPY}</body></html>");
    html
}

fn pair_section(html: &mut String, coverage: &Coverage, pairs: &PairCoverage) {
    let Shares {
        key,
        candidate,
        first,
        substitutions,
    } = pairs.all;
    html.push_str("<h2>Pairs</h2><div class=\"tiles\">");
    tile(html, &percent(key), "of substitutions have a key");
    tile(
        html,
        &percent(candidate),
        "have the right original among the candidates",
    );
    tile(html, &percent(first), "have it first");
    let what = format!("substitutions in {} documents", grouped(pairs.documents));
    tile(html, &grouped(substitutions), &what);
    html.push_str("</div><div class=\"grid\">");
    if !coverage.growth.is_empty() {
        let _ = write!(
            html,
            "<div class=\"card\"><h3>Growth: what is not covered</h3>\
             <p class=\"legend\"><span><i class=\"key\"></i>no key</span>\
             <span><i class=\"original\"></i>no entry with the right original</span></p>{}\
             <p class=\"note\">Dictionaries learnt from growing shares of the training documents; both axes are logarithmic.</p></div>",
            chart::growth(&coverage.growth)
        );
    }
    let _ = write!(
        html,
        "<div class=\"card\"><h3>Rank and frequency</h3>\
         <p class=\"legend\"><span><i class=\"right\"></i>substitutions</span>\
         <span><i class=\"key\"></i>without an entry</span></p>{}\
         <p class=\"note\">{} distinct substitutions, {} of them without an entry.</p></div></div>",
        chart::ranks(&pairs.ranks),
        grouped(pairs.distinct as u64),
        grouped(pairs.distinct_missing as u64),
    );
    html.push_str("<h2>Where the gaps are</h2>");
    html.push_str(LEGEND);
    bands(html, "By length of the spun phrase", &pairs.by_length);
    bands(html, "By frequency in these documents", &pairs.by_frequency);
    bands(html, "By source", &pairs.by_source);
    if !pairs.missing.is_empty() {
        let lines: Vec<String> = pairs.missing.iter().map(ToString::to_string).collect();
        let _ = write!(
            html,
            "<h2>Missing entries</h2><div class=\"card\"><h3>Most frequent first, as lines of a dictionary source</h3>\
             <textarea id=\"gaps\" readonly spellcheck=\"false\">{}</textarea>\
             <button data-copy=\"gaps\">Copy</button>\
             <p class=\"note\">Columns: spun, original, used, own, kept, bias. `own` and `kept` are those that the dictionary knows.</p></div>",
            escape(&lines.join("\n"))
        );
    }
}

/// Bars of what is not covered, drawn to one scale for each card.
fn bands(html: &mut String, title: &str, bands: &[Band]) {
    let most = bands
        .iter()
        .map(|band| 1.0 - band.shares.first)
        .fold(0.001, f64::max);
    let _ = write!(
        html,
        "<div class=\"card\"><h3>{title}</h3><table><tr><th></th><th class=\"n\">substitutions</th>\
         <th class=\"n\">key</th><th class=\"n\">original</th><th class=\"n\">first</th>\
         <th>not covered (bar: {})</th></tr>",
        percent(most)
    );
    for Band { name, shares } in bands {
        let width = |share: f64| 100.0 * share.max(0.0) / most;
        let _ = write!(
            html,
            "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>\
             <td><div class=\"bar\"><i class=\"key\" style=\"width:{:.2}%\"></i>\
             <i class=\"original\" style=\"width:{:.2}%\"></i><i class=\"order\" style=\"width:{:.2}%\"></i></div></td></tr>",
            escape(name),
            grouped(shares.substitutions),
            percent(shares.key),
            percent(shares.candidate),
            percent(shares.first),
            width(1.0 - shares.key),
            width(shares.key - shares.candidate),
            width(shares.candidate - shares.first),
        );
    }
    html.push_str("</table></div>");
}

fn spun_section(html: &mut String, spun: &SpunCoverage) {
    html.push_str("<h2>Spun text</h2><div class=\"tiles\">");
    tile(
        html,
        &percent(spun.explained),
        "of words stand in a key of the dictionary",
    );
    tile(html, &percent(spun.restored), "are changed by restoring");
    let what = format!("words in {} documents", grouped(spun.documents));
    tile(html, &grouped(spun.words), &what);
    html.push_str("</div>");
    let most = spun
        .odd
        .iter()
        .map(|odd| odd.significance)
        .fold(1.0, f64::max);
    let rows = spun.odd.iter().take(ROWS).map(|odd| {
        format!(
            "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{:.1}</td><td class=\"n\">{}</td>\
             <td><div class=\"bar\"><i class=\"key\" style=\"width:{:.1}%\"></i></div></td></tr>",
            escape(&odd.phrase),
            grouped(odd.count.into()),
            odd.expected,
            grouped(odd.documents.into()),
            100.0 * odd.significance / most
        )
    });
    list(
        html,
        "Suspicious phrases without an entry",
        "<th></th><th class=\"n\">seen</th><th class=\"n\">expected</th><th class=\"n\">documents</th><th>significance</th>",
        rows,
    );
}

fn clean_section(html: &mut String, clean: &CleanCoverage) {
    html.push_str("<h2>Clean text</h2><div class=\"tiles\">");
    tile(
        html,
        &format!("{:.2}", clean.changed_per_10k),
        "words changed of 10,000",
    );
    tile(
        html,
        &format!("{:.1}", clean.changed_if_spun_per_10k),
        "if all were taken for spun",
    );
    let what = format!("of {} documents taken for spun", grouped(clean.documents));
    tile(html, &grouped(clean.taken_for_spun), &what);
    tile(html, &percent(clean.in_keys), "of words stand in a key");
    html.push_str("</div>");
    let most = clean.harms.first().map_or(1, |harm| harm.count) as f64;
    let rows = clean.harms.iter().take(ROWS).map(|harm| {
        format!(
            "<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td>\
             <td><div class=\"bar\"><i class=\"original\" style=\"width:{:.1}%\"></i></div></td></tr>",
            escape(&harm.spun),
            escape(&harm.original),
            grouped(harm.count),
            100.0 * harm.count as f64 / most
        )
    });
    list(
        html,
        "Changed most if it were taken for spun",
        "<th></th><th>becomes</th><th class=\"n\">times</th><th></th>",
        rows,
    );
}

fn list(html: &mut String, title: &str, head: &str, rows: impl Iterator<Item = String>) {
    let rows: String = rows.collect();
    if !rows.is_empty() {
        let _ = write!(
            html,
            "<div class=\"card\"><h3>{title}</h3><table><tr>{head}</tr>{rows}</table></div>"
        );
    }
}

fn tile(html: &mut String, value: &str, what: &str) {
    let _ = write!(
        html,
        "<div class=\"tile\"><b>{value}</b><span>{what}</span></div>"
    );
}

fn percent(share: f64) -> String {
    format!("{:.2} %", 100.0 * share)
}

/// A number with its digits in groups of three.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pairs::{Gap, GapKind};

    #[test]
    fn the_page_is_whole_and_brings_all_it_needs() {
        let coverage = Coverage {
            pairs: Some(PairCoverage {
                missing: vec![Gap {
                    spun: "<b>&".to_string(),
                    original: "x".to_string(),
                    count: 3,
                    lacks: GapKind::Key,
                    own: 0,
                    kept: 0,
                }],
                ..PairCoverage::default()
            }),
            spun: Some(SpunCoverage::default()),
            clean: Some(CleanCoverage::default()),
            ..Coverage::default()
        };
        let html = page(&coverage);
        assert!(html.starts_with("<!doctype html>") && html.ends_with("</html>\n"));
        assert!(html.contains("&lt;b&gt;&amp;\tx\t3\t0\t0\t0"));
        assert!(!html.contains("http"));
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
