//! Finds what CSS would fetch: `url()`, `@import`, `image-set()` and their kin.
//!
//! A tokenizer for just that. Comments, strings that are only text (`content: "http://…"`), and
//! `@namespace` are left alone; escapes (`u\72l(`, `\68ttp:`) are decoded.

use std::borrow::Cow;

/// A URL in CSS.
pub(super) struct CssUrl<'a> {
    /// Offset within the CSS.
    pub(super) offset: usize,
    /// The URL with escapes decoded.
    pub(super) url: Cow<'a, [u8]>,
    /// `url()`, `@import` or `image-set()`.
    pub(super) place: &'static str,
}

/// The at-rule whose prelude is being read, as far as it matters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Prelude {
    Other,
    Import,
    Namespace,
}

/// Calls `found` for every URL that the CSS names for fetching. Linear in its length.
pub(super) fn urls<'a>(css: &'a [u8], mut found: impl FnMut(CssUrl<'a>)) {
    let mut at = 0;
    let mut prelude = Prelude::Other;
    let mut depth = 0_usize;
    // Depths of the open functions in which a plain string is a URL.
    let mut image_sets: Vec<usize> = Vec::new();
    while let Some(&byte) = css.get(at) {
        match byte {
            b'/' if css.get(at + 1) == Some(&b'*') => {
                let body = at + 2;
                at = memchr::memmem::find(&css[body..], b"*/").map_or(css.len(), |end| body + end + 2);
            }
            b'"' | b'\'' => {
                let end = string_end(css, at);
                let url = unescape(&css[at + 1..end]);
                if prelude == Prelude::Import {
                    found(CssUrl { offset: at + 1, url, place: "@import" });
                    prelude = Prelude::Other;
                } else if image_sets.last() == Some(&depth) {
                    found(CssUrl { offset: at + 1, url, place: "image-set()" });
                }
                at = end + 1;
            }
            b'@' => {
                let end = name_end(css, at + 1);
                let name = unescape(&css[at + 1..end]);
                prelude = match () {
                    () if name.eq_ignore_ascii_case(b"import") => Prelude::Import,
                    () if name.eq_ignore_ascii_case(b"namespace") => Prelude::Namespace,
                    () => Prelude::Other,
                };
                at = end.max(at + 1);
            }
            b';' | b'{' | b'}' => {
                prelude = Prelude::Other;
                at += 1;
            }
            b'(' => {
                depth += 1;
                at += 1;
            }
            b')' => {
                if image_sets.last() == Some(&depth) {
                    image_sets.pop();
                }
                depth = depth.saturating_sub(1);
                at += 1;
            }
            _ if is_name_byte(byte) || byte == b'\\' => {
                let end = name_end(css, at).max(at + 1);
                let name = unescape(&css[at..end]);
                let is = |known: &[&str]| known.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
                at = end;
                if css.get(end) != Some(&b'(') {
                    continue;
                }
                if is(&["url"]) {
                    let (start, stop, next) = url_argument(css, end + 1);
                    if prelude != Prelude::Namespace {
                        let place = if prelude == Prelude::Import { "@import" } else { "url()" };
                        found(CssUrl { offset: start, url: unescape(&css[start..stop]), place });
                    }
                    prelude = Prelude::Other;
                    at = next;
                } else if is(&["image-set", "-webkit-image-set", "image", "cross-fade", "-webkit-cross-fade", "src"]) {
                    depth += 1;
                    image_sets.push(depth);
                    at = end + 1;
                }
            }
            _ => at += 1,
        }
    }
}

/// Start and end of the argument of `url(` at `from`, and where to read on.
fn url_argument(css: &[u8], from: usize) -> (usize, usize, usize) {
    let start = from + css[from..].iter().take_while(|b| b.is_ascii_whitespace()).count();
    if matches!(css.get(start), Some(b'"' | b'\'')) {
        let end = string_end(css, start);
        return (start + 1, end, (end + 1).min(css.len()));
    }
    let mut at = start;
    while let Some(offset) = memchr::memchr2(b')', b'\\', &css[at..]) {
        at += offset;
        if css[at] == b')' {
            return (start, at, at);
        }
        at = (at + 2).min(css.len());
    }
    (start, css.len(), css.len())
}

/// Offset of the quote that ends the string at `start`, or of the line break or end that breaks it off.
fn string_end(css: &[u8], start: usize) -> usize {
    let quote = css[start];
    let mut at = start + 1;
    loop {
        let rest = css.get(at..).unwrap_or_default();
        let stop = memchr::memchr3(quote, b'\\', b'\n', rest).unwrap_or(rest.len());
        let stop = memchr::memchr2(b'\r', 0x0c, &rest[..stop]).unwrap_or(stop);
        at += stop;
        if css.get(at) != Some(&b'\\') {
            return at;
        }
        at += escape_length(&css[at..]);
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') || byte >= 0x80
}

/// End of the name at `start`, escapes included.
fn name_end(css: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(&byte) = css.get(at) {
        match byte {
            _ if is_name_byte(byte) => at += 1,
            b'\\' if css.get(at + 1).is_some_and(|next| !is_newline(*next)) => at += escape_length(&css[at..]),
            _ => break,
        }
    }
    at.min(css.len())
}

/// What CSS takes for a line break. A file's own CR is one, too: nothing normalizes it before this.
fn is_newline(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r' | 0x0c)
}

/// Length of the escape at the start of `text`: `\` with up to six hex digits and a space, with a line break, or
/// with one byte.
fn escape_length(text: &[u8]) -> usize {
    let digits = text[1..].iter().take(6).take_while(|b| b.is_ascii_hexdigit()).count();
    if digits == 0 {
        return if text[1..].starts_with(b"\r\n") { 3 } else { text.len().min(2) };
    }
    let length = 1 + digits;
    match text.get(length) {
        Some(b'\r') if text.get(length + 1) == Some(&b'\n') => length + 2,
        Some(white) if white.is_ascii_whitespace() => length + 1,
        _ => length,
    }
}

/// Decodes the escapes of a name, a string or a URL.
fn unescape(text: &[u8]) -> Cow<'_, [u8]> {
    let Some(first) = memchr::memchr(b'\\', text) else { return Cow::Borrowed(text) };
    let mut out = text[..first].to_vec();
    let mut rest = &text[first..];
    while let Some(&byte) = rest.first() {
        if byte != b'\\' {
            let run = memchr::memchr(b'\\', rest).unwrap_or(rest.len());
            out.extend_from_slice(&rest[..run]);
            rest = &rest[run..];
            continue;
        }
        let length = escape_length(rest);
        let body = &rest[1..length];
        if body.first().is_some_and(u8::is_ascii_hexdigit) {
            let digits = body.trim_ascii_end().iter();
            let code = digits.fold(0_u32, |code, digit| code * 16 + char::from(*digit).to_digit(16).unwrap_or(0));
            let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
            out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        } else if !body.first().is_some_and(|byte| is_newline(*byte)) {
            out.extend_from_slice(body);
        }
        rest = &rest[length..];
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(css: &str) -> Vec<String> {
        let mut all = Vec::new();
        urls(css.as_bytes(), |hit| all.push(String::from_utf8_lossy(&hit.url).into_owned()));
        all
    }

    #[test]
    fn every_way_to_fetch_is_found() {
        for (css, expected) in [
            ("a{b:url(x.png)}", "x.png"),
            ("a{b:URL( 'x.png' )}", "x.png"),
            ("a{b:u\\72l(x.png)}", "x.png"),
            ("a{b:url(\\68ttp://x)}", "http://x"),
            ("a{b:url(\"\\000068 ttp://x\")}", "http://x"),
            ("@import 'x.css';", "x.css"),
            ("@\\69mport/**/\"x.css\" screen;", "x.css"),
            ("@import url(x.css) layer(a);", "x.css"),
            ("a{b:image-set('x.png' 1x)}", "x.png"),
            ("a{b:-webkit-image-set(url(x.png) 1x)}", "x.png"),
            ("a{b:url(x.png", "x.png"),
        ] {
            assert_eq!(found(css), [expected], "{css}");
        }
    }

    #[test]
    fn text_comments_and_names_are_not_fetched() {
        for css in [
            "/* url(http://x) @import 'y'; */",
            "a::before{content:\"url(http://x)\"}",
            "@namespace svg url(http://www.w3.org/2000/svg);",
            "@namespace 'http://www.w3.org/1999/xhtml';",
            "@charset 'utf-8'; a{b:calc((1px + 2px) * 3)}",
            "a{b:curl (http://x)}",
        ] {
            assert!(found(css).is_empty(), "{css}");
        }
        assert_eq!(found("a{b:image-set(url(#a) type('image/png'))}"), ["#a"]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_scanned_without_panic(css in "[a-z@\\\\(){};'\"/*\\n 0-9-]{0,80}", raw in proptest::collection::vec(any::<u8>(), 0..80)) {
            urls(css.as_bytes(), |_| {});
            urls(&raw, |_| {});
        }
    }
}
