//! The head of a game: what it says of itself, and its creator.

use super::{config, soup};
use maribro_contract::checks::inspect;
use maribro_contract::creator::rewrite_creator;
use maribro_contract::metadata::{self, DEFAULT_DURATION_SEC, DURATION_RANGE_SEC};
use proptest::prelude::*;

/// What a rewriting gave: the new file, and which ranges of the old one were passed on.
struct Rewritten {
    bytes: Vec<u8>,
    kept: Vec<std::ops::Range<usize>>,
    tags: Vec<Vec<u8>>,
}

fn rewrite(html: &[u8], avatar: &str) -> Rewritten {
    let mut rewritten = Rewritten { bytes: Vec::new(), kept: Vec::new(), tags: Vec::new() };
    let whole = html.as_ptr_range();
    rewrite_creator(html, avatar, |piece| {
        rewritten.bytes.extend_from_slice(piece);
        if piece.is_empty() {
        } else if whole.contains(&piece.as_ptr()) {
            let start = piece.as_ptr() as usize - whole.start as usize;
            rewritten.kept.push(start..start + piece.len());
        } else {
            rewritten.tags.push(piece.to_vec());
        }
    })
    .expect("these heads are small");
    rewritten
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_creator_is_the_one_given_whatever_the_file_says(html in soup::anything(), avatar in "[a-z0-9-]{1,64}") {
        let new = rewrite(&html, &avatar);
        let (before, after) = (metadata::read(&html), metadata::read(&new.bytes));
        prop_assert_eq!(&after.creator_avatar_id, &avatar);
        // And nothing else is different.
        prop_assert_eq!(after, metadata::Metadata { creator_avatar_id: avatar.clone(), ..before });
        if !html.starts_with(b"\xff\xfe") && !html.starts_with(b"\xfe\xff") {
            prop_assert_eq!(inspect(&new.bytes).metadata.creator_avatar_id, avatar);
        }
    }

    #[test]
    fn every_byte_outside_the_creator_tags_stays(html in soup::anything()) {
        let new = rewrite(&html, "fox-orange");
        let expected = |prefix| format!("<meta name=\"{prefix}creatorAvatarId\" content=\"fox-orange\">").into_bytes();
        prop_assert!(!new.tags.is_empty());
        prop_assert!(new.tags.iter().all(|tag| *tag == expected("") || *tag == expected("maribro:")));
        let mut end = 0;
        for range in new.kept.iter().cloned().chain(std::iter::once(html.len()..html.len())) {
            prop_assert!(end <= range.start, "pieces in the order of the file");
            let gone = &html[end..range.start];
            let is_tag = gone.get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"<meta")) && gone.ends_with(b">");
            let names_creator = String::from_utf8_lossy(gone).to_ascii_lowercase();
            prop_assert!(gone.is_empty() || is_tag, "{names_creator:?}");
            end = range.end;
        }
    }

    #[test]
    fn rewriting_twice_is_rewriting_once(html in soup::anything(), first in "[a-z]{1,8}", last in "[a-z-]{1,8}") {
        let direct = rewrite(&html, &last).bytes;
        prop_assert_eq!(&rewrite(&direct, &last).bytes, &direct);
        // A game that goes from hand to hand keeps no trace of those before.
        prop_assert_eq!(&rewrite(&rewrite(&html, &first).bytes, &last).bytes, &direct);
    }

    #[test]
    fn an_avatar_id_of_other_characters_is_refused(html in soup::soup(), avatar in "[a-z]{0,3}[^a-z0-9-][a-z]{0,3}") {
        let mut called = false;
        prop_assert!(rewrite_creator(&html, &avatar, |_| called = true).is_err());
        prop_assert!(!called, "nothing is passed on of what is refused");
    }

    #[test]
    fn any_duration_lasts_between_five_and_three_hundred_seconds(text in "[-+]?[0-9]{0,4}(\\.[0-9]{0,3})?(e[-+]?[0-9]{1,3})?") {
        let html = format!("<head><meta name=maxDurationSec content='{text}'></head>");
        let seconds = metadata::read(html.as_bytes()).max_duration_sec;
        let expected = match text.parse::<f64>() {
            Ok(number) if number.is_finite() => number.clamp(*DURATION_RANGE_SEC.start(), *DURATION_RANGE_SEC.end()),
            _ => DEFAULT_DURATION_SEC,
        };
        prop_assert_eq!(seconds, expected, "{}", text);
    }
}
