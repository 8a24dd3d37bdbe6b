//! Any bytes are inspected, and the report keeps its shape.

use super::{config, soup};
use maribro_contract::checks::{CHECK_IDS, inspect};
use maribro_contract::metadata::{self, DURATION_RANGE_SEC};
use maribro_contract::wire::{CheckStatus, Report};
use proptest::prelude::*;

/// Nine findings, each with a tag and an address that are clipped.
const MAX_MESSAGE_CHARS: usize = 3_000;

/// Whether every place that a report names is in the file.
fn places_are_in_the_file(bytes: &[u8], report: &Report) -> Result<(), TestCaseError> {
    let lines: Vec<_> = bytes.split(|byte| *byte == b'\n').collect();
    for check in &report.checks {
        prop_assert_eq!(check.line.is_some(), check.column.is_some(), "{:?}", check);
        let (Some(line), Some(column)) = (check.line, check.column) else { continue };
        let text = (line as usize).checked_sub(1).and_then(|line| lines.get(line));
        let Some(text) = text else { return Err(TestCaseError::fail(format!("no such line: {check:?}"))) };
        // One beyond the last byte is the place of something that is missing there.
        prop_assert!((1..=text.len() + 1).contains(&(column as usize)), "{:?} of {} bytes", check, text.len());
    }
    Ok(())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_report_has_all_checks_in_order_and_names_places_in_the_file(bytes in soup::anything()) {
        let report = inspect(&bytes).report;
        prop_assert!(report.checks.iter().map(|check| check.id.as_str()).eq(CHECK_IDS));
        prop_assert_eq!(report.ok, report.checks.iter().all(|check| check.status != CheckStatus::Fail));
        for check in &report.checks {
            prop_assert!((1..=MAX_MESSAGE_CHARS).contains(&check.message.chars().count()), "{:?}", check);
            prop_assert_eq!(check.hint.is_some(), check.status != CheckStatus::Pass, "{:?}", check);
            prop_assert!(!check.message.contains(|c: char| c.is_control()), "{:?}", check);
            let may_fail = !check.id.starts_with("meta_") && check.id != "utf8";
            prop_assert!(may_fail || check.status != CheckStatus::Fail, "{:?}", check);
        }
        places_are_in_the_file(&bytes, &report)?;
    }

    #[test]
    fn every_way_to_the_metadata_agrees_and_stays_in_bounds(bytes in soup::anything()) {
        let metadata = metadata::read(&bytes);
        if !bytes.starts_with(b"\xff\xfe") && !bytes.starts_with(b"\xfe\xff") {
            prop_assert_eq!(&inspect(&bytes).metadata, &metadata);
        }
        prop_assert!(DURATION_RANGE_SEC.contains(&metadata.max_duration_sec));
        prop_assert!(metadata.title.as_ref().is_none_or(|title| !title.is_empty()));
        let texts = [
            (metadata.title.as_deref().unwrap_or_default(), metadata::MAX_TITLE_CHARS),
            (&metadata.description, metadata::MAX_DESCRIPTION_CHARS),
            (&metadata.author, metadata::MAX_AUTHOR_CHARS),
        ];
        for (text, max) in texts {
            prop_assert!(text.chars().count() <= max);
            let turns = |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c);
            prop_assert!(!text.contains(turns), "{text:?}");
            prop_assert_eq!(text, text.trim());
        }
    }

    /// The same bytes in the same order are the same game: nothing is left of the file before.
    #[test]
    fn looking_twice_sees_the_same(bytes in soup::anything()) {
        prop_assert_eq!(inspect(&bytes), inspect(&bytes));
    }
}
