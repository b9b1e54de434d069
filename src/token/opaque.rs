//! Stretches that are never edited: URLs, addresses, handles, tags, markup, entities, code, file names.

/// Longest markup tag or inline code that is recognised, in bytes: a lone `<`
/// must not cost a scan of the whole text.
const MAX_MARKUP: usize = 2000;

/// Longest content of such an element, in bytes.
const MAX_RAW: usize = 64 << 10;

/// Numbers in words, which are no file extensions.
const NUMBERS: [&[u8]; 28] = [
    b"zero",
    b"one",
    b"two",
    b"three",
    b"four",
    b"five",
    b"six",
    b"seven",
    b"eight",
    b"nine",
    b"ten",
    b"eleven",
    b"twelve",
    b"thirteen",
    b"fourteen",
    b"fifteen",
    b"sixteen",
    b"seventeen",
    b"eighteen",
    b"nineteen",
    b"twenty",
    b"thirty",
    b"forty",
    b"fifty",
    b"sixty",
    b"seventy",
    b"eighty",
    b"ninety",
];

/// Elements whose content is not prose.
const RAW_ELEMENTS: [&[u8]; 5] = [b"script", b"style", b"code", b"pre", b"kbd"];

/// Length of the opaque stretch that begins with the punctuation mark at `at`, if one does.
pub(super) fn from_mark(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = &bytes[at..];
    match rest[0] {
        b'<' => markup(rest),
        b'&' => entity(rest),
        b'`' => code(rest),
        b'@' | b'#' | b'\\' => {
            let name = name_length(&rest[1..]);
            (name > 0).then(|| 1 + trim(&rest[1..1 + name]))
        }
        b'/' | b'~' if at == 0 || bytes[at - 1].is_ascii_whitespace() => path(rest),
        b':' if rest.starts_with(b"://") => Some(url_length(rest)),
        b'_' if at > 0 && bytes[at - 1].is_ascii_alphanumeric() => {
            let name = name_length(rest);
            (name > 1 && rest[name - 1] != b'_').then_some(name)
        }
        _ => None,
    }
}

/// Whether an opaque stretch also takes in the words that touch it on the left:
/// the scheme of a URL, the name before an `@`, the head of an identifier.
pub(super) fn reaches_back(stretch: &[u8]) -> bool {
    matches!(stretch.first(), Some(b':' | b'@' | b'_'))
}

/// Where the word `start..end` turns out to begin a URL, host or file name: the end of that.
pub(super) fn from_word(bytes: &[u8], start: usize, end: usize) -> Option<usize> {
    let rest = &bytes[end..];
    if rest.first() != Some(&b'.') {
        return None;
    }
    let word = &bytes[start..end];
    if word.eq_ignore_ascii_case(b"www") && rest.len() > 1 && rest[1].is_ascii_alphanumeric() {
        return Some(start + url_length(&bytes[start..]));
    }
    // "main.rs", "example.org/x", but not "U.S.", "p.m." or "end.Begin".
    let extension = rest[1..]
        .iter()
        .take_while(|b| b.is_ascii_lowercase())
        .count();
    let ends = rest
        .get(1 + extension)
        .is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b'\'');
    // "forty four.three" is a number that a spinner spelt out.
    let spelled = NUMBERS.contains(&&rest[1..=extension]);
    if word.len() >= 2 && word[0].is_ascii_alphabetic() && extension >= 2 && ends && !spelled {
        // The word itself may have letters of other scripts.
        return Some(end + url_length(rest));
    }
    None
}

/// Bytes of a URL-like stretch, without the punctuation that ends its sentence.
fn url_length(rest: &[u8]) -> usize {
    let raw = rest
        .iter()
        .take_while(|b| {
            !b.is_ascii_whitespace() && !matches!(b, b'<' | b'>' | b'"' | b'`' | b'|' | 0x80..)
        })
        .count();
    trim(&rest[..raw]).max(1)
}

fn trim(stretch: &[u8]) -> usize {
    let mut length = stretch.len();
    while length > 0 {
        let closes = stretch[length - 1] == b')' && !stretch[..length].contains(&b'(');
        if closes
            || matches!(
                stretch[length - 1],
                b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'' | b']' | b'}' | b'*'
            )
        {
            length -= 1;
        } else {
            break;
        }
    }
    length
}

fn name_length(rest: &[u8]) -> usize {
    rest.iter()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
        .count()
}

fn markup(rest: &[u8]) -> Option<usize> {
    let window = &rest[..rest.len().min(MAX_MARKUP)];
    if rest.starts_with(b"<!--") {
        return find(window, b"-->").map(|at| at + 3);
    }
    let name_at = if rest.get(1) == Some(&b'/') { 2 } else { 1 };
    let name = rest[name_at.min(rest.len())..]
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric())
        .count();
    if name == 0 || !rest[name_at].is_ascii_alphabetic() {
        return None;
    }
    let end = window.iter().position(|&b| b == b'>')? + 1;
    if window[1..end].contains(&b'<') {
        return None;
    }
    let name = &rest[name_at..name_at + name];
    if name_at == 1
        && RAW_ELEMENTS
            .iter()
            .any(|raw| name.eq_ignore_ascii_case(raw))
    {
        let body = &rest[end..rest.len().min(end + MAX_RAW)];
        let close = body
            .windows(2 + name.len())
            .position(|window| window.starts_with(b"</") && window[2..].eq_ignore_ascii_case(name));
        return close.map_or(Some(end), |at| Some(end + at));
    }
    Some(end)
}

fn entity(rest: &[u8]) -> Option<usize> {
    let hash = usize::from(rest.get(1) == Some(&b'#'));
    let name = rest[1 + hash..]
        .iter()
        .take(32)
        .take_while(|b| b.is_ascii_alphanumeric())
        .count();
    (name > 0 && rest.get(1 + hash + name) == Some(&b';')).then_some(2 + hash + name)
}

/// Inline code on one line, or a fenced block.
fn code(rest: &[u8]) -> Option<usize> {
    if rest.starts_with(b"```") {
        return find(&rest[3..], b"```").map(|at| at + 6);
    }
    let window = &rest[1..rest.len().min(MAX_MARKUP)];
    let line = window
        .iter()
        .position(|&b| b == b'\n')
        .unwrap_or(window.len());
    let end = window[..line].iter().position(|&b| b == b'`')?;
    (end > 0).then_some(end + 2)
}

/// An absolute path of two parts and more: "/usr/bin", "~/notes".
fn path(rest: &[u8]) -> Option<usize> {
    let length = url_length(rest);
    let stretch = &rest[..length];
    let slashes = stretch.iter().filter(|&&b| b == b'/').count();
    (slashes >= 2 || (rest[0] == b'~' && slashes == 1)).then_some(length)
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}
