//! JSON lists of tortured phrases: `{"phrases": [{"tortured", "correct"}, …]}`.

use std::io::Read;

use serde::Deserialize;

use super::{table, Gatherer, ImportError};

/// Largest file, in bytes.
const LARGEST: u64 = 256 << 20;

#[derive(Deserialize)]
struct List {
    phrases: Vec<serde_json::Value>,
}

pub(super) fn read(into: &mut Gatherer, reader: impl Read) -> Result<(), ImportError> {
    let name = into.name.to_string();
    let mut text = String::new();
    reader
        .take(LARGEST + 1)
        .read_to_string(&mut text)
        .map_err(|source| ImportError::Io {
            name: name.clone(),
            source,
        })?;
    if text.len() as u64 > LARGEST {
        let reason = format!("more than {LARGEST} bytes; split the list");
        return Err(ImportError::Format {
            name,
            line: 1,
            reason,
        });
    }
    let list: List =
        serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
            ImportError::Format {
                name,
                line: error.line() as u64,
                reason: error.to_string(),
            }
        })?;
    // The place of an element: its own text is searched for from the last one on.
    let mut places = Places {
        text: &text,
        at: 0,
        line: 1,
        start: 0,
    };
    for element in list.phrases {
        into.rows += 1;
        let field = |name: &str| element.get(name).and_then(serde_json::Value::as_str);
        let (spun, original) = (field("tortured"), field("correct"));
        let (Some(spun), Some(original)) = (spun, original) else {
            let place = places.place();
            into.reject(
                place,
                "no strings `tortured` and `correct`",
                &element.to_string(),
            );
            continue;
        };
        let at_spun = places.find("\"tortured\"");
        table::pairs(into, (at_spun, at_spun), spun, original);
    }
    Ok(())
}

/// Walks over the text and says where things stand.
struct Places<'a> {
    text: &'a str,
    at: usize,
    line: u64,
    start: usize,
}

impl Places<'_> {
    fn place(&self) -> super::Place {
        (self.line, (self.at - self.start) as u64 + 1)
    }

    /// The next place where `name` stands; the present one if there is none.
    fn find(&mut self, name: &str) -> super::Place {
        let Some(offset) = self.text[self.at..].find(name) else {
            return self.place();
        };
        for (at, _) in self.text[self.at..self.at + offset].match_indices('\n') {
            self.line += 1;
            self.start = self.at + at + 1;
        }
        self.at += offset;
        let place = self.place();
        self.at += name.len();
        place
    }
}
