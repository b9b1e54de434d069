//! Search queries as keys: quoted phrases joined by `OR`.

/// The phrases of a query. A text without quotes and operators is one phrase.
///
/// `AND`, `NOT` and wildcards ask what else stands in a document, which an entry of a
/// dictionary cannot say; such a query is refused with the reason.
pub(super) fn phrases(query: &str) -> Result<Vec<String>, &'static str> {
    let query = query.trim().replace(['\u{201c}', '\u{201d}'], "\"");
    if query.is_empty() {
        return Err("no spun phrase");
    }
    if !query.contains('"') {
        return if has_operator(&query) {
            Err("an operator between words that are not quoted")
        } else {
            plain(&query).map(|phrase| vec![phrase])
        };
    }
    let mut phrases = Vec::new();
    for (at, part) in query.split('"').enumerate() {
        if at % 2 == 1 {
            phrases.push(plain(part)?);
            continue;
        }
        for word in part.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')')) {
            match word {
                "" | "OR" | "or" | "|" => {}
                "AND" | "and" | "&" | "+" => {
                    return Err("`AND` depends on the rest of the document")
                }
                "NOT" | "not" => return Err("`NOT` depends on the rest of the document"),
                _ if word.starts_with('-') => {
                    return Err("`NOT` depends on the rest of the document")
                }
                _ => return Err("words outside the quotes"),
            }
        }
    }
    if query.matches('"').count() % 2 == 1 {
        return Err("a quotation mark that does not close");
    }
    phrases.retain(|phrase| !phrase.is_empty());
    if phrases.is_empty() {
        return Err("no spun phrase");
    }
    Ok(phrases)
}

fn has_operator(query: &str) -> bool {
    query
        .split_whitespace()
        .any(|word| matches!(word, "AND" | "OR" | "NOT"))
}

fn plain(phrase: &str) -> Result<String, &'static str> {
    let phrase = phrase.trim();
    if phrase.contains(['*', '~']) {
        return Err("a wildcard stands for any word");
    }
    Ok(phrase.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alternatives_are_phrases_and_conditions_are_refused() {
        assert_eq!(phrases("vast information").unwrap(), ["vast information"]);
        assert_eq!(
            phrases("\"vast information\" OR \"large facts\"")
                .unwrap()
                .len(),
            2
        );
        assert!(phrases("\"vast information\" AND \"cloud\"").is_err());
        assert!(phrases("\"vast information\" NOT \"library\"").is_err());
        assert!(phrases("\"vast information").is_err());
        assert!(phrases("vast * information").is_err());
        assert!(phrases("").is_err());
    }
}
