//! What a game says about itself: `<meta name=… content=…>` in its head.
//!
//! Names are `title`, `description`, `author`, `maxDurationSec` and `creatorAvatarId`, in any case; the
//! same names with the prefix `maribro:` win over those without. Among equals the first that is not
//! empty counts. `<title>` is not a source.
//!
//! **Only the head counts:** every `<meta>` tag before the first `</head>` or `<body`, whichever comes
//! first; one further down is ignored. So the shelf can be indexed, and the creator rewritten
//! ([`crate::creator`]), without looking at the megabytes that follow.

use crate::html;
use crate::wire::GameSummary;
use lol_html::html_content::Element;
use lol_html::{HtmlRewriter, element};
use std::cell::Cell;
use std::ops::{Range, RangeInclusive};
use std::rc::Rc;
use thiserror::Error;

/// Longest title in characters: two lines on a game's card.
pub const MAX_TITLE_CHARS: usize = 120;
/// Longest description in characters.
pub const MAX_DESCRIPTION_CHARS: usize = 500;
/// Longest author in characters.
pub const MAX_AUTHOR_CHARS: usize = 80;
/// Length of a round in seconds when the game does not say.
pub const DEFAULT_DURATION_SEC: f64 = 30.0;
/// Shortest and longest round in seconds.
pub const DURATION_RANGE_SEC: RangeInclusive<f64> = 5.0..=300.0;

/// Bytes of a `content` that are looked at; far more than any limit in characters above.
const MAX_CONTENT_BYTES: usize = 16 * 1024;
/// Prefix of the names that win.
const PREFIX: &str = "maribro:";

/// The metadata of one game.
#[derive(Debug, Clone, PartialEq)]
pub struct Metadata {
    /// At most [`MAX_TITLE_CHARS`]; never empty.
    pub title: Option<String>,
    /// At most [`MAX_DESCRIPTION_CHARS`]; may be empty.
    pub description: String,
    /// At most [`MAX_AUTHOR_CHARS`]; may be empty.
    pub author: String,
    /// Length of a round in seconds, within [`DURATION_RANGE_SEC`].
    pub max_duration_sec: f64,
    /// As the file says; may be empty or unknown.
    pub creator_avatar_id: String,
}

impl Default for Metadata {
    fn default() -> Self {
        Self {
            title: None,
            description: String::new(),
            author: String::new(),
            max_duration_sec: DEFAULT_DURATION_SEC,
            creator_avatar_id: String::new(),
        }
    }
}

impl Metadata {
    /// The game's entry on the shelf. `stem` is its id, and its title when it has none; `uploaded_at` is
    /// ISO 8601 UTC.
    pub fn summary(&self, stem: &str, filename: &str, uploaded_at: String) -> GameSummary {
        GameSummary {
            id: stem.to_owned(),
            filename: filename.to_owned(),
            title: self.title.clone().unwrap_or_else(|| stem.to_owned()),
            description: self.description.clone(),
            author: self.author.clone(),
            creator_avatar_id: self.creator_avatar_id.clone(),
            max_duration_sec: self.max_duration_sec,
            uploaded_at,
            unstable: false,
            failed_playtest: false,
        }
    }
}

/// Reads the metadata of a game and stops at the end of its head. Also works on the first part of a file.
///
/// Never fails: what cannot be read is missing.
pub fn read(bytes: &[u8]) -> Metadata {
    let (head, _) = Head::scan(bytes);
    head.metadata()
}

/// The five things that a game can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Title,
    Description,
    Author,
    MaxDuration,
    Creator,
}

const FIELDS: [(Field, &str); 5] = [
    (Field::Title, "title"),
    (Field::Description, "description"),
    (Field::Author, "author"),
    (Field::MaxDuration, "maxDurationSec"),
    (Field::Creator, "creatorAvatarId"),
];

impl Field {
    /// The field of a `name` attribute, and whether it has the prefix.
    fn parse(name: &str) -> Option<(Self, bool)> {
        let name = name.trim_matches(|c: char| c.is_ascii_whitespace());
        let (name, prefixed) = match name.get(..PREFIX.len()) {
            Some(start) if start.eq_ignore_ascii_case(PREFIX) => (&name[PREFIX.len()..], true),
            _ => (name, false),
        };
        let field = FIELDS.iter().find(|(_, known)| known.eq_ignore_ascii_case(name))?.0;
        Some((field, prefixed))
    }
}

/// A creator tag in the head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CreatorTag {
    /// The whole tag in the file.
    pub(crate) range: Range<usize>,
    /// Whether its name has the prefix.
    pub(crate) prefixed: bool,
}

/// Ends the parse early; not an error.
#[derive(Debug, Error)]
#[error("the head is over")]
struct HeadIsOver;

/// What is found in a game's head while its tags go by.
#[derive(Debug, Default)]
pub(crate) struct Head {
    /// Raw texts by field: without prefix, with prefix.
    texts: [[Option<String>; 2]; FIELDS.len()],
    creator_tags: Vec<CreatorTag>,
    html_tag_end: Option<usize>,
    head_tag_end: Option<usize>,
    is_over: Rc<Cell<bool>>,
}

impl Head {
    /// Parses up to the end of the head. The error is the parser's, for a head that it cannot hold.
    pub(crate) fn scan(bytes: &[u8]) -> (Self, Result<(), String>) {
        let mut head = Self::default();
        let is_over = Rc::clone(&head.is_over);
        let settings = html::settings(false).append_element_content_handler(element!("*", |el| {
            head.visit(bytes, el, true);
            if head.is_over.get() { Err(HeadIsOver.into()) } else { Ok(()) }
        }));
        let mut rewriter = HtmlRewriter::new(settings, |_: &[u8]| {});
        let result = rewriter.write(bytes).and_then(|()| rewriter.end());
        match result {
            Err(error) if !is_over.get() => (head, Err(error.to_string())),
            _ => (head, Ok(())),
        }
    }

    /// Takes notice of the next tag. `stop` ends the parse at `</head>`.
    pub(crate) fn visit(&mut self, bytes: &[u8], element: &mut Element<'_, '_>, stop: bool) {
        if self.is_over.get() {
            return;
        }
        let range = element.source_location().bytes();
        match element.tag_name().as_str() {
            "meta" => self.visit_meta(bytes, element, range),
            "body" => self.is_over.set(true),
            // In SVG and MathML it is an element like others, and a tag put into it would end them.
            "html" if !html::is_foreign(element) => self.html_tag_end = self.html_tag_end.or(Some(range.end)),
            "head" if self.head_tag_end.is_none() => {
                self.head_tag_end = Some(range.end);
                let is_over = Rc::clone(&self.is_over);
                if let Some(handlers) = element.end_tag_handlers() {
                    handlers.push(Box::new(move |_| {
                        is_over.set(true);
                        if stop { Err(HeadIsOver.into()) } else { Ok(()) }
                    }));
                }
            }
            _ => {}
        }
    }

    fn visit_meta(&mut self, bytes: &[u8], element: &Element<'_, '_>, range: Range<usize>) {
        let attributes = html::attributes(bytes, element);
        let Some(name) = html::find(&attributes, "name") else { return };
        let name = name.decoded();
        let Some((field, prefixed)) = Field::parse(&String::from_utf8_lossy(&name)) else { return };
        if field == Field::Creator {
            self.creator_tags.push(CreatorTag { range, prefixed });
        }
        let slot = &mut self.texts[field as usize][usize::from(prefixed)];
        if slot.is_none() {
            let content = html::find(&attributes, "content").map(|content| content.value).unwrap_or_default();
            let content = &content[..content.len().min(MAX_CONTENT_BYTES)];
            *slot = clean(&String::from_utf8_lossy(&html::decode_attribute(content)));
        }
    }

    /// The text of a field, cleaned but not clipped.
    pub(crate) fn text(&self, field: Field) -> Option<&str> {
        let [plain, prefixed] = &self.texts[field as usize];
        prefixed.as_deref().or(plain.as_deref())
    }

    /// The metadata found so far.
    pub(crate) fn metadata(&self) -> Metadata {
        let clipped = |field, max| self.text(field).map(|text| clip(text, max));
        Metadata {
            title: clipped(Field::Title, MAX_TITLE_CHARS),
            description: clipped(Field::Description, MAX_DESCRIPTION_CHARS).unwrap_or_default(),
            author: clipped(Field::Author, MAX_AUTHOR_CHARS).unwrap_or_default(),
            max_duration_sec: self
                .text(Field::MaxDuration)
                .and_then(parse_duration)
                .map_or(DEFAULT_DURATION_SEC, clamp_duration),
            creator_avatar_id: clipped(Field::Creator, crate::creator::MAX_AVATAR_ID_CHARS).unwrap_or_default(),
        }
    }

    /// Every creator tag, in the order of the file.
    pub(crate) fn creator_tags(&self) -> &[CreatorTag] {
        &self.creator_tags
    }

    /// Where a new tag comes first in the head: after `<head>`, else after `<html>`.
    pub(crate) fn first_place(&self) -> Option<usize> {
        self.head_tag_end.or(self.html_tag_end)
    }
}

/// Seconds as a number; `None` for garbage, NaN and infinity.
pub(crate) fn parse_duration(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|seconds| seconds.is_finite())
}

/// Brings seconds into [`DURATION_RANGE_SEC`].
pub fn clamp_duration(seconds: f64) -> f64 {
    seconds.clamp(*DURATION_RANGE_SEC.start(), *DURATION_RANGE_SEC.end())
}

/// Control characters become nothing, line breaks and tabs a space, the ends are trimmed. SECURITY:
/// these texts reach logs and terminals.
fn clean(text: &str) -> Option<String> {
    let cleaned: String = text
        .chars()
        .map(|c| if matches!(c, '\t' | '\n' | '\r') { ' ' } else { c })
        // Marks that turn the direction of writing round would let a title show what it does not say.
        .filter(|c| {
            !c.is_control() && !matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
        })
        .collect();
    let trimmed = cleaned.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

/// The first `max` characters.
fn clip(text: &str, max: usize) -> String {
    let end = text.char_indices().nth(max).map_or(text.len(), |(index, _)| index);
    text[..end].trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn page(head: &str) -> Metadata {
        read(format!("<!doctype html><html><head>{head}</head><body></body></html>").as_bytes())
    }

    #[test]
    fn the_prefix_wins_wherever_it_stands() {
        let metadata = page(
            r#"<meta name=title content=Plain><meta name="maribro:title" content="Prefixed">
               <META NAME='Author' CONTENT='  Some &amp; One '><meta name="MARIBRO:MAXDURATIONSEC" content="45">"#,
        );
        assert_eq!(metadata.title.as_deref(), Some("Prefixed"));
        assert_eq!(metadata.author, "Some & One");
        assert_eq!(metadata.max_duration_sec, 45.0);
    }

    #[test]
    fn the_first_that_is_not_empty_counts() {
        let metadata = page(r#"<meta name=title content=" "><meta name=title content=A><meta name=title content=B>"#);
        assert_eq!(metadata.title.as_deref(), Some("A"));
    }

    #[test]
    fn the_title_element_is_not_a_source() {
        let metadata = page("<title>Not me</title>");
        assert_eq!(metadata.title, None);
        assert_eq!(metadata.summary("my-game", "my-game.html", String::new()).title, "my-game");
    }

    #[test]
    fn durations_are_clamped_and_garbage_is_the_default() {
        for (text, expected) in [
            ("45", 45.0),
            (" 7.5 ", 7.5),
            ("1", 5.0),
            ("-3", 5.0),
            ("9999", 300.0),
            ("1e2", 100.0),
            ("NaN", 30.0),
            ("inf", 30.0),
            ("-infinity", 30.0),
            ("abc", 30.0),
            ("", 30.0),
            ("30s", 30.0),
            ("1e999", 30.0),
        ] {
            let metadata = page(&format!(r#"<meta name=maxDurationSec content="{text}">"#));
            assert_eq!(metadata.max_duration_sec, expected, "{text:?}");
        }
    }

    #[test]
    fn texts_are_clipped_by_characters_and_freed_of_control_characters() {
        let metadata = page(&format!(
            r#"<meta name=title content="&#27;[31m{}"><meta name=author content="a&#10;b&#0;">"#,
            "é".repeat(200)
        ));
        let title = metadata.title.expect("a title");
        assert_eq!(title.chars().count(), MAX_TITLE_CHARS);
        assert!(title.starts_with("[31mé"));
        assert_eq!(metadata.author, "a b\u{fffd}");
    }

    #[test]
    fn only_the_head_counts() {
        let after_head = b"<html><head></head><meta name=title content=X><body>";
        let in_body = b"<html><body><meta name=title content=X>";
        let in_comment = b"<head><!-- <meta name=title content=X> --></head>";
        let in_noscript = b"<head><noscript><meta name=title content=X></noscript></head>";
        let in_script = b"<head><script>'<meta name=title content=X>'</script></head>";
        for html in [after_head.as_slice(), in_body, in_comment, in_noscript, in_script] {
            assert_eq!(read(html).title, None, "{}", String::from_utf8_lossy(html));
        }
        assert_eq!(read(b"<meta name=title content=X>").title.as_deref(), Some("X"));
    }

    proptest! {
        #[test]
        fn any_text_survives_escaping(text in "[a-zA-Z0-9<>&\"' äöü]{1,60}") {
            let escaped = htmlize::escape_all_quotes(&text).into_owned();
            let metadata = page(&format!(r#"<meta name="maribro:title" content="{escaped}">"#));
            prop_assert_eq!(metadata.title.unwrap_or_default(), text.trim());
        }

        #[test]
        fn reading_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            read(&bytes);
        }
    }
}
