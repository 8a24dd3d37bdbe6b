//! Names of game files: kebab-case, so that a name is safe in a path, in a URL and on a screen.

use crate::error::ContractError;

/// Longest file name, `.html` included; fits every file system with room for a revision's suffix.
pub const MAX_FILENAME_CHARS: usize = 80;

const EXTENSION: &str = ".html";

/// Accepts `[a-z0-9]+(-[a-z0-9]+)*.html` of at most [`MAX_FILENAME_CHARS`] and gives it back.
///
/// SECURITY: the only gate between a name from outside and the games folder. No separator, no dot
/// but the extension's, no leading `_` can pass.
///
/// # Errors
/// [`ContractError::BadFilename`] for everything else.
pub fn validate_filename(name: &str) -> Result<&str, ContractError> {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    match name.strip_suffix(EXTENSION) {
        Some(stem) if name.len() <= MAX_FILENAME_CHARS && stem.split('-').all(is_word) => Ok(name),
        _ => Err(ContractError::BadFilename),
    }
}

/// A valid file name made from the name of an upload: `My Cool Game!.HTML` gives `my-cool-game.html`.
///
/// Only the part after the last `/` or `\` counts; letters outside ASCII separate words. `None` when
/// nothing usable is left.
pub fn derive_filename(upload_name: &str) -> Option<String> {
    let base = upload_name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    let stem = [EXTENSION, ".htm"]
        .iter()
        .find_map(|extension| {
            let cut = base.len().checked_sub(extension.len())?;
            let tail = base.get(cut..)?;
            tail.eq_ignore_ascii_case(extension).then(|| &base[..cut])
        })
        .unwrap_or(base);
    let max_stem = MAX_FILENAME_CHARS - EXTENSION.len();
    let mut name = String::with_capacity(MAX_FILENAME_CHARS);
    for word in stem.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        if !name.is_empty() {
            name.push('-');
        }
        name.push_str(&word.to_ascii_lowercase());
        if name.len() > max_stem {
            break;
        }
    }
    name.truncate(max_stem);
    name.truncate(name.trim_end_matches('-').len());
    if name.is_empty() {
        return None;
    }
    name.push_str(EXTENSION);
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn kebab_case_html_names_are_valid() {
        for name in ["a.html", "my-game.html", "4-in-a-row.html", "0.html"] {
            assert_eq!(validate_filename(name), Ok(name));
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let long = format!("{}.html", "a".repeat(MAX_FILENAME_CHARS - 4));
        for name in [
            "",
            ".html",
            "a",
            "a.htm",
            "A.html",
            "a--b.html",
            "-a.html",
            "a-.html",
            "_a.html",
            "a b.html",
            "../a.html",
            "a/b.html",
            "a\\b.html",
            "a.b.html",
            "a.html\n",
            "a\0.html",
            "ä.html",
            "a.HTML",
            "a.html.html",
            long.as_str(),
        ] {
            assert_eq!(validate_filename(name), Err(ContractError::BadFilename), "{name:?}");
        }
    }

    #[test]
    fn names_are_derived_from_what_people_upload() {
        for (upload, expected) in [
            ("My Cool Game!.HTML", Some("my-cool-game.html")),
            ("C:\\fakepath\\Snake_2.html", Some("snake-2.html")),
            ("/tmp/../x/Pong.htm", Some("pong.html")),
            ("pong", Some("pong.html")),
            ("archive.tar.html", Some("archive-tar.html")),
            ("Größe.html", Some("gr-e.html")),
            (".html", None),
            ("日本.html", None),
            ("games/", None),
            ("", None),
            ("--.html", None),
        ] {
            assert_eq!(derive_filename(upload).as_deref(), expected, "{upload:?}");
        }
    }

    proptest! {
        #[test]
        fn a_derived_name_is_always_valid(upload in any::<String>()) {
            if let Some(name) = derive_filename(&upload) {
                prop_assert_eq!(validate_filename(&name), Ok(name.as_str()));
            }
        }

        #[test]
        fn a_valid_name_derives_itself(name in "[a-z0-9]{1,20}(-[a-z0-9]{1,8}){0,6}\\.html") {
            prop_assert_eq!(derive_filename(&name), Some(name));
        }
    }
}
