//! What a browser would do with a URL, as far as the contract cares.

use std::ops::ControlFlow;

/// The one address that a game may load, in `<script src>`.
pub const SDK_PATH: &str = "/public/maribro-sdk.js";

/// Bytes of a cleaned URL that decide what it is: longer than [`SDK_PATH`] and than any scheme.
const HEAD_BYTES: usize = 64;

/// Where a URL leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// Nothing leaves the file: empty, a fragment, `data:`, `blob:`, `about:blank`.
    Inline,
    /// The SDK.
    Sdk,
    /// `javascript:`.
    JavaScript,
    /// Another machine, or a program on this one: `https:`, `//host`, `ws:`, `mailto:` …
    Away,
    /// Another address on the same server.
    Relative,
}

/// Classifies a URL whose character references or escapes are decoded already.
///
/// SECURITY: reads it as the URL standard does: leading C0 controls and spaces go, tabs and line breaks
/// go everywhere, schemes are in any case, `\` is `/`.
pub(crate) fn classify(url: &[u8]) -> Target {
    let mut head = [0_u8; HEAD_BYTES];
    let head = clean_head(url, &mut head);
    let is_slash = |index: usize| matches!(head.get(index), Some(b'/' | b'\\'));
    if head.is_empty() || head[0] == b'#' {
        return Target::Inline;
    }
    if is_slash(0) {
        return match head.strip_prefix(SDK_PATH.as_bytes()) {
            Some([] | [b'?' | b'#', ..]) => Target::Sdk,
            _ if is_slash(1) => Target::Away,
            _ => Target::Relative,
        };
    }
    match scheme(head) {
        Some(scheme) if scheme.eq_ignore_ascii_case(b"data") || scheme.eq_ignore_ascii_case(b"blob") => Target::Inline,
        Some(scheme) if scheme.eq_ignore_ascii_case(b"javascript") => Target::JavaScript,
        Some(scheme) if scheme.eq_ignore_ascii_case(b"about") => match &head[scheme.len() + 1..] {
            rest if rest.starts_with(b"blank") || rest == b"srcdoc" => Target::Inline,
            _ => Target::Away,
        },
        Some(_) => Target::Away,
        None => Target::Relative,
    }
}

/// Whether the URL is absolute with a scheme that is fetched, or `//host`. For strings of which nobody
/// knows whether they are URLs: `note: x` is none.
pub(crate) fn is_network(url: &[u8]) -> bool {
    let mut head = [0_u8; HEAD_BYTES];
    let head = clean_head(url, &mut head);
    if matches!(head, [b'/' | b'\\', b'/' | b'\\', third, ..] if third.is_ascii_alphanumeric() || *third == b'[') {
        return true;
    }
    let Some(scheme) = scheme(head) else { return false };
    let fetched: [&[u8]; 6] = [b"http", b"https", b"ws", b"wss", b"ftp", b"file"];
    fetched.iter().any(|known| known.eq_ignore_ascii_case(scheme))
        && matches!(head.get(scheme.len() + 1), Some(b'/' | b'\\'))
}

/// Whether a value is a `data:` URL without any trick. Spares looking through megabytes.
pub(crate) fn is_plain_data(value: &[u8]) -> bool {
    value.get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"data:"))
}

/// The candidates of a `srcset`, as the HTML standard splits it.
pub(crate) fn srcset_candidates(srcset: &[u8], mut found: impl FnMut(&[u8])) {
    let mut rest = srcset;
    loop {
        let skip = rest.iter().take_while(|b| b.is_ascii_whitespace() || **b == b',').count();
        rest = &rest[skip..];
        if rest.is_empty() {
            return;
        }
        let end = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
        let commas = rest[..end].iter().rev().take_while(|b| **b == b',').count();
        found(&rest[..end - commas]);
        rest = &rest[end..];
        if commas == 0 {
            rest = &rest[descriptors_end(rest)..];
        }
    }
}

/// Length of the descriptors up to their comma; commas in parentheses do not count.
fn descriptors_end(text: &[u8]) -> usize {
    let found = text.iter().enumerate().try_fold(0_usize, |depth, (index, byte)| match byte {
        b',' if depth == 0 => ControlFlow::Break(index),
        b'(' => ControlFlow::Continue(depth + 1),
        b')' => ControlFlow::Continue(depth.saturating_sub(1)),
        _ => ControlFlow::Continue(depth),
    });
    match found {
        ControlFlow::Break(index) => index,
        ControlFlow::Continue(_) => text.len(),
    }
}

/// Fills `head` with the first bytes of the URL as the parser sees them, without trailing white space.
fn clean_head<'a>(url: &[u8], head: &'a mut [u8; HEAD_BYTES]) -> &'a [u8] {
    let start = url.iter().position(|b| *b > b' ').unwrap_or(url.len());
    let end = url.iter().rposition(|b| *b > b' ').map_or(start, |last| last + 1);
    let mut length = 0;
    let kept = url[start..end].iter().filter(|b| !matches!(b, b'\t' | b'\n' | b'\r'));
    for (slot, byte) in head.iter_mut().zip(kept) {
        *slot = *byte;
        length += 1;
    }
    &head[..length]
}

/// The scheme without its colon.
fn scheme(head: &[u8]) -> Option<&[u8]> {
    let colon = head.iter().position(|b| *b == b':')?;
    let scheme = &head[..colon];
    let is_scheme = scheme.first().is_some_and(u8::is_ascii_alphabetic)
        && scheme.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    is_scheme.then_some(scheme)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_read_as_a_browser_reads_them() {
        for (url, expected) in [
            ("", Target::Inline),
            ("  \n", Target::Inline),
            ("#top", Target::Inline),
            ("data:image/png;base64,AA", Target::Inline),
            (" DaTa:,x", Target::Inline),
            ("blob:null/1", Target::Inline),
            ("about:blank", Target::Inline),
            ("about:config", Target::Away),
            ("/public/maribro-sdk.js", Target::Sdk),
            ("/public/maribro-sdk.js?v=2", Target::Sdk),
            ("/public/maribro-sdk.js#x", Target::Sdk),
            ("/public/maribro-sdk.json", Target::Relative),
            ("/public/../public/maribro-sdk.js", Target::Relative),
            ("public/maribro-sdk.js", Target::Relative),
            ("http://localhost/public/maribro-sdk.js", Target::Away),
            ("ht\ntps://x", Target::Away),
            ("\u{1}\u{1f} HTTPS:x", Target::Away),
            ("//x/y", Target::Away),
            ("\\\\x", Target::Away),
            ("/\t/x", Target::Away),
            ("/\\x", Target::Away),
            ("mailto:a@b", Target::Away),
            ("java\tscript:alert(1)", Target::JavaScript),
            ("a.png", Target::Relative),
            ("?x", Target::Relative),
            ("./a:b", Target::Relative),
        ] {
            assert_eq!(classify(url.as_bytes()), expected, "{url:?}");
        }
    }

    #[test]
    fn only_real_addresses_are_network() {
        for url in ["http://a", "HTTPS:/a", "wss://a", "//cdn.x/y", "ftp://a", "\\\\a"] {
            assert!(is_network(url.as_bytes()), "{url:?}");
        }
        for text in ["note: x", "http", "http: the protocol", "// comment", "/a", "data:,x", "a//b", "///", ""] {
            assert!(!is_network(text.as_bytes()), "{text:?}");
        }
    }

    #[test]
    fn every_candidate_of_a_srcset_is_found() {
        let mut found = Vec::new();
        srcset_candidates(b" a.png 1x,data:image/png;base64,AA== 2x, ,http://x/b 3x (a,b), c,d ,e", |url| {
            found.push(String::from_utf8_lossy(url).into_owned());
        });
        assert_eq!(found, ["a.png", "data:image/png;base64,AA==", "http://x/b", "c,d", "e"]);
    }
}
