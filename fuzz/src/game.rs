//! A game's file: the static checks, its metadata, its creator.

use maribro_contract::checks::{CHECK_IDS, inspect as run_checks};
use maribro_contract::creator::rewrite_creator;
use maribro_contract::metadata::{self, DURATION_RANGE_SEC, MAX_TITLE_CHARS};
use maribro_contract::wire::{Check, CheckStatus};

/// Longest message of a check in characters.
const MAX_MESSAGE_CHARS: usize = 3_000;

/// Any file is inspected: every check is there in order, every place is in the file, every number in its bounds.
///
/// # Panics
/// A promise is broken.
pub fn inspect(bytes: &[u8]) {
    let inspection = run_checks(bytes);
    let checks = &inspection.report.checks;
    assert!(checks.iter().map(|check| check.id.as_str()).eq(CHECK_IDS));
    assert_eq!(inspection.report.ok, checks.iter().all(|check| check.status != CheckStatus::Fail));
    let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    for check in checks {
        assert!((1..=MAX_MESSAGE_CHARS).contains(&check.message.chars().count()), "{check:?}");
        assert!(!check.message.contains(char::is_control), "{check:?}");
        place_is_in(&lines, check);
    }
    let metadata = metadata::read(bytes);
    if !is_utf16(bytes) {
        assert_eq!(inspection.metadata, metadata);
    }
    assert!(DURATION_RANGE_SEC.contains(&metadata.max_duration_sec));
    let summary = metadata.summary("stem", "stem.html", String::new());
    assert!((1..=MAX_TITLE_CHARS).contains(&summary.title.chars().count()));
}

fn place_is_in(lines: &[&[u8]], check: &Check) {
    assert_eq!(check.line.is_some(), check.column.is_some());
    if let (Some(line), Some(column)) = (check.line, check.column) {
        let text = lines.get(line as usize - 1).expect("a line of the file");
        assert!((1..=text.len() + 1).contains(&(column as usize)), "{check:?}");
    }
}

fn is_utf16(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff")
}

/// The creator of any file becomes who is given; nothing else of it changes, and a second time changes nothing.
///
/// # Panics
/// A promise is broken.
pub fn creator(bytes: &[u8]) {
    let mut out = Vec::new();
    let mut called = false;
    let take = |piece: &[u8]| {
        called = true;
        out.extend_from_slice(piece);
    };
    if rewrite_creator(bytes, "fox-orange", take).is_err() {
        assert!(!called, "nothing is passed on of a file that is refused");
        return;
    }
    let (before, after) = (metadata::read(bytes), metadata::read(&out));
    assert_eq!(after.creator_avatar_id, "fox-orange");
    assert_eq!(metadata::Metadata { creator_avatar_id: before.creator_avatar_id.clone(), ..after }, before);
    if !is_utf16(&out) {
        assert_eq!(run_checks(&out).metadata.creator_avatar_id, "fox-orange");
    }
    let mut again = Vec::new();
    rewrite_creator(&out, "fox-orange", |piece| again.extend_from_slice(piece)).expect("it was rewritten before");
    assert_eq!(again, out);
    only_creator_tags_differ(bytes, "fox-orange");
}

/// What is passed on is the file, but for tags.
fn only_creator_tags_differ(bytes: &[u8], avatar: &str) {
    let file = bytes.as_ptr_range();
    let mut end = 0;
    let gone = |from: usize, to: usize| {
        let gap = bytes.get(from..to).expect("pieces in the order of the file");
        let is_meta = gap.get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"<meta")) && gap.ends_with(b">");
        assert!(gap.is_empty() || is_meta, "{:?} is gone", String::from_utf8_lossy(gap));
    };
    let result = rewrite_creator(bytes, avatar, |piece| {
        if !piece.is_empty() && file.contains(&piece.as_ptr()) {
            let start = piece.as_ptr() as usize - file.start as usize;
            gone(end, start);
            end = start + piece.len();
        }
    });
    result.expect("it was rewritten before");
    gone(end, bytes.len());
}
