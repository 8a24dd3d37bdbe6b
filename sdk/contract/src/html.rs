//! How this crate looks into HTML with lol_html.
//!
//! The whole file is in memory, so handlers work on ranges of it: nothing is copied or decoded before
//! somebody needs it. lol_html names the ranges; [`attributes`] turns them into slices.

use lol_html::html_content::{Attribute, Element};
use lol_html::{MemorySettings, Settings};
use std::borrow::Cow;

/// Memory that the parser may use for one file: for open elements (roughly 130,000 of them nest) and
/// for a tag that is still open at the end of the file. A game that needs more is no game.
const MAX_PARSER_BYTES: usize = 32 * 1024 * 1024;

/// Settings of every parse in this crate. SECURITY: `strict` refuses markup whose meaning a streaming
/// parser cannot tell; lenient parses must not decide what is let in.
pub(crate) fn settings<'h, 's>(strict: bool) -> Settings<'h, 's> {
    let memory = MemorySettings::new().with_max_allowed_memory_usage(MAX_PARSER_BYTES);
    Settings::new().with_memory_settings(memory).with_strict(strict)
}

/// One attribute of a tag, as ranges of the file.
#[derive(Clone, Copy)]
pub(crate) struct RawAttribute<'a> {
    /// Name as written, in any case.
    pub(crate) name: &'a [u8],
    /// Value between its quotes, character references as written; empty without a value.
    pub(crate) value: &'a [u8],
    /// Offset of the value (without a value: of the name) in the file.
    pub(crate) offset: usize,
}

impl<'a> RawAttribute<'a> {
    fn new(bytes: &'a [u8], attribute: &Attribute<'_>) -> Option<Self> {
        let name = attribute.name_source_location()?.bytes();
        let value = attribute.value_source_location().map(|location| location.bytes());
        let offset = value.as_ref().map_or(name.start, |value| value.start);
        let value = value.and_then(|value| bytes.get(value)).unwrap_or_default();
        Some(Self { name: bytes.get(name)?, value, offset })
    }

    /// Whether this is the attribute of this name, which is in lower case.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }

    /// The value with its character references decoded.
    pub(crate) fn decoded(&self) -> Cow<'a, [u8]> {
        decode_attribute(self.value)
    }

    /// Whether the decoded value is this word, in any case and between any white space.
    pub(crate) fn is_word(&self, word: &str) -> bool {
        self.decoded().trim_ascii().eq_ignore_ascii_case(word.as_bytes())
    }
}

/// The attributes of an element of the file `bytes`, in the order of the source.
pub(crate) fn attributes<'a>(bytes: &'a [u8], element: &Element<'_, '_>) -> Vec<RawAttribute<'a>> {
    element.attributes().iter().filter_map(|attribute| RawAttribute::new(bytes, attribute)).collect()
}

/// The first attribute of this name: browsers ignore a second one.
pub(crate) fn find<'a, 'l>(attributes: &'l [RawAttribute<'a>], name: &str) -> Option<&'l RawAttribute<'a>> {
    attributes.iter().find(|attribute| attribute.is(name))
}

/// Whether an element is one of SVG or MathML.
pub(crate) fn is_foreign(element: &Element<'_, '_>) -> bool {
    element.namespace_uri() != "http://www.w3.org/1999/xhtml"
}

/// Whether a tag ends like `a=>`.
pub(crate) fn lacks_last_value(tag: &[u8]) -> bool {
    tag.strip_suffix(b">").is_some_and(|tag| tag.trim_ascii_end().ends_with(b"="))
}

/// Decodes character references as browsers do in an attribute.
pub(crate) fn decode_attribute(value: &[u8]) -> Cow<'_, [u8]> {
    match memchr::memchr(b'&', value) {
        Some(_) => htmlize::unescape_bytes_in(value, htmlize::Context::Attribute),
        None => Cow::Borrowed(value),
    }
}

/// Decodes character references as browsers do in text.
pub(crate) fn decode_text(text: &[u8]) -> Cow<'_, [u8]> {
    match memchr::memchr(b'&', text) {
        Some(_) => htmlize::unescape_bytes_in(text, htmlize::Context::General),
        None => Cow::Borrowed(text),
    }
}

/// The text of a `<style>` or `<script>` in SVG, as it counts there: without the marks of its CDATA sections, and with
/// references decoded outside of them. `None` when there is markup in it, which would be left out.
pub(crate) fn foreign_text(text: &[u8]) -> Option<Cow<'_, [u8]>> {
    if memchr::memchr(b'<', text).is_none() {
        return Some(decode_text(text));
    }
    let (mut out, mut rest) = (Vec::with_capacity(text.len()), text);
    while let Some(at) = memchr::memchr(b'<', rest) {
        let (before, from) = rest.split_at(at);
        out.extend_from_slice(&decode_text(before));
        if let Some(section) = from.strip_prefix(b"<![CDATA[") {
            let end = memchr::memmem::find(section, b"]]>").unwrap_or(section.len());
            out.extend_from_slice(&section[..end]);
            rest = section.get(end + 3..).unwrap_or_default();
        } else if matches!(from.get(1), Some(b'/' | b'!' | b'?' | b'a'..=b'z' | b'A'..=b'Z')) {
            return None;
        } else {
            out.push(b'<');
            rest = &from[1..];
        }
    }
    out.extend_from_slice(&decode_text(rest));
    Some(Cow::Owned(out))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_decoded_with_and_without_semicolon() {
        assert_eq!(decode_attribute(b"&#x68;ttp&#58//x").as_ref(), b"http://x");
        assert_eq!(decode_attribute(b"a?b=1&copy=2&amp;c").as_ref(), b"a?b=1&copy=2&c");
        assert_eq!(decode_text(b"&copy&eacute;&\xff").as_ref(), b"\xc2\xa9\xc3\xa9&\xff");
    }

    #[test]
    fn text_in_svg_is_joined_as_browsers_join_it() {
        let joined = |text: &'static str| foreign_text(text.as_bytes()).map(|text| text.into_owned());
        assert_eq!(joined("a{b:url(&#47;/x)}"), Some(b"a{b:url(//x)}".to_vec()));
        assert_eq!(joined("@im<![CDATA[port '&lt;']]> &lt; 1 < 2"), Some(b"@import '&lt;' < 1 < 2".to_vec()));
        assert_eq!(joined("a<![CDATA[b"), Some(b"ab".to_vec()));
        for markup in ["@im<!---->port", "@im<g>port", "@im</g>port", "@im<?x?>port"] {
            assert_eq!(joined(markup), None, "{markup}");
        }
    }
}
