//! Writing the creator into a game: whatever a file says, its creator is who uploaded it.
//!
//! Every creator tag in the head (with and without the prefix `maribro:`) is replaced by one that names
//! the given avatar; a file without one gets a new tag as the first thing in its head. All other bytes
//! stay as they are, so broken UTF-8, CRLF and a byte order mark survive.
//!
//! Metadata counts in the head only ([`crate::metadata`]); so only the head is parsed, and a tag further
//! down is left alone because nobody reads it.

use crate::error::ContractError;
use crate::metadata::Head;

/// Longest avatar id; the real ones are much shorter.
pub const MAX_AVATAR_ID_CHARS: usize = 64;

/// Passes the game on to `sink`, piece by piece, with `avatar_id` as its creator.
///
/// [`crate::metadata::read`] of the result gives `avatar_id`. Rewriting the result again changes nothing.
///
/// # Errors
/// [`ContractError::BadAvatarId`] unless `avatar_id` is 1 to [`MAX_AVATAR_ID_CHARS`] of `a-z`, `0-9`, `-`.
/// [`ContractError::Unparsable`] when the head needs more memory than the parser may have. The sink was
/// not called then.
pub fn rewrite_creator(bytes: &[u8], avatar_id: &str, mut sink: impl FnMut(&[u8])) -> Result<(), ContractError> {
    // SECURITY: what passes here needs no escaping in an attribute.
    let is_id = avatar_id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !is_id || avatar_id.is_empty() || avatar_id.len() > MAX_AVATAR_ID_CHARS {
        return Err(ContractError::BadAvatarId);
    }
    let (head, result) = Head::scan(bytes);
    result.map_err(ContractError::Unparsable)?;

    let mut done = 0;
    for tag in head.creator_tags() {
        sink(&bytes[done..tag.range.start]);
        sink(meta_tag(avatar_id, tag.prefixed).as_bytes());
        done = tag.range.end;
    }
    if head.creator_tags().is_empty() {
        done = head.first_place().unwrap_or_else(|| after_doctype(bytes));
        sink(&bytes[..done]);
        sink(meta_tag(avatar_id, true).as_bytes());
    }
    sink(&bytes[done..]);
    Ok(())
}

fn meta_tag(avatar_id: &str, prefixed: bool) -> String {
    let prefix = if prefixed { "maribro:" } else { "" };
    format!(r#"<meta name="{prefix}creatorAvatarId" content="{avatar_id}">"#)
}

/// Where a file without `<head>` and `<html>` can begin with a tag: a tag before the doctype would make
/// browsers ignore the doctype.
fn after_doctype(bytes: &[u8]) -> usize {
    let bom = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let white = bytes[bom..].iter().take_while(|b| b.is_ascii_whitespace()).count();
    let rest = &bytes[bom + white..];
    match rest.get(..9) {
        Some(start) if start.eq_ignore_ascii_case(b"<!doctype") => {
            memchr::memchr(b'>', rest).map_or(bom, |end| bom + white + end + 1)
        }
        _ => bom,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata;
    use proptest::prelude::*;

    const TAG: &str = r#"<meta name="maribro:creatorAvatarId" content="fox-orange">"#;

    fn rewrite(bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        rewrite_creator(bytes, "fox-orange", |piece| out.extend_from_slice(piece)).expect("rewrites");
        out
    }

    #[test]
    fn every_creator_tag_in_the_head_is_replaced_and_nothing_else() {
        let html =
            b"\xef\xbb\xbf<!DOCTYPE html>\r\n<html><head>\xff<META content=a NAME='creatoravatarid' content=b/>\r\n\
            <meta name=\"maribro:creatorAvatarId\"></head><body><meta name=creatorAvatarId content=x>\xfe";
        let expected = [
            b"\xef\xbb\xbf<!DOCTYPE html>\r\n<html><head>\xff<meta name=\"creatorAvatarId\" content=\"fox-orange\">\r\n".as_slice(),
            TAG.as_bytes(),
            b"</head><body><meta name=creatorAvatarId content=x>\xfe",
        ]
        .concat();
        assert_eq!(rewrite(html), expected);
    }

    #[test]
    fn a_missing_tag_is_put_first_in_the_head() {
        for (before, after) in [
            ("<!doctype html><html><head>", "<title>x</title></head>"),
            ("<!doctype html><HEAD lang=x>", "</HEAD>"),
            ("<!doctype html><html>", "<body></body></html>"),
            ("\n <!DOCTYPE html>", "<body>"),
            ("\u{feff}", "<p>text"),
            ("", ""),
            ("", "<!-- never closed <head>"),
            ("", "<body><html><head>"),
            ("", "<math><html><script><meta name=title content=t></script>"),
            ("", "<!doctype html"),
        ] {
            let out = rewrite(format!("{before}{after}").as_bytes());
            assert_eq!(String::from_utf8_lossy(&out), format!("{before}{TAG}{after}"));
            assert_eq!(metadata::read(&out).creator_avatar_id, "fox-orange", "{before}|{after}");
        }
    }

    #[test]
    fn an_id_that_could_break_out_of_the_attribute_is_refused() {
        for id in ["", "\"><script>", "A", "a b", "ä", &"a".repeat(65)] {
            assert_eq!(rewrite_creator(b"", id, |_| {}), Err(ContractError::BadAvatarId), "{id:?}");
        }
    }

    /// Pieces of markup that can meet in any order.
    fn soup() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            Just(b"<!doctype html>".to_vec()),
            Just(b"<html>".to_vec()),
            Just(b"<head>".to_vec()),
            Just(b"</head>".to_vec()),
            Just(b"<body class=x>".to_vec()),
            Just(b"<meta name=creatorAvatarId content='cat-pink'>".to_vec()),
            Just(b"<meta name=\"maribro:creatorAvatarId\"\r\n content=bear-brown />".to_vec()),
            Just(b"<meta name=maribro:creatorAvatarId content=".to_vec()),
            Just(b"<script>\"<head>\"</script>".to_vec()),
            Just(b"<!-- <head> -->".to_vec()),
            Just(b"<select>".to_vec()),
            Just(b"<template>".to_vec()),
            Just(b"<svg>".to_vec()),
            Just(b"</p>\r\n".to_vec()),
            Just(b"\xef\xbb\xbf".to_vec()),
            proptest::collection::vec(any::<u8>(), 0..12),
        ];
        proptest::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn the_result_names_the_creator_and_keeps_every_other_byte(html in soup()) {
            let out = rewrite(&html);
            prop_assert_eq!(metadata::read(&out).creator_avatar_id, "fox-orange");
            prop_assert_eq!(crate::checks::inspect(&out).metadata.creator_avatar_id, "fox-orange");
            prop_assert_eq!(rewrite(&out), out.clone(), "idempotent");
            let without = |bytes: &[u8]| {
                let (head, _) = Head::scan(bytes);
                let mut kept = bytes.to_vec();
                for tag in head.creator_tags().iter().rev() {
                    kept.drain(tag.range.clone());
                }
                kept
            };
            prop_assert_eq!(without(&out), without(&html));
        }
    }
}
