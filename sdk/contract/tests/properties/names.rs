//! Names of game files.

use super::config;
use maribro_contract::filename::{MAX_FILENAME_CHARS, derive_filename, validate_filename};
use proptest::prelude::*;
use std::path::{Component, Path};

/// Names as people, browsers and attackers send them.
fn upload_name() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-zA-Z0-9]{1,12}",
        proptest::sample::select(
            &[
                ".html",
                ".HTML",
                ".htm",
                ".HtM",
                "/",
                "\\",
                "..",
                ".",
                "-",
                "--",
                "_",
                " ",
                "\0",
                "\n",
                "%2e%2e%2f",
                "ä",
                "ß",
                "İ",
                "日本",
                "\u{202e}",
                ":",
                "CON",
                "~",
                "%00",
            ][..]
        )
        .prop_map(str::to_owned),
        "\\PC{0,3}",
        "[a-z]{70,90}",
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(config())]

    /// The only gate between a name from outside and the games folder.
    #[test]
    fn a_valid_name_is_one_plain_visible_component_of_a_path(name in upload_name()) {
        for name in [Some(name.clone()), derive_filename(&name)].into_iter().flatten() {
            let Ok(valid) = validate_filename(&name) else { continue };
            prop_assert_eq!(valid, &name);
            let components: Vec<_> = Path::new(valid).components().collect();
            prop_assert_eq!(components, [Component::Normal(name.as_ref())]);
            prop_assert!(valid.len() <= MAX_FILENAME_CHARS && valid.ends_with(".html") && !valid.starts_with(['_', '.', '-']));
            prop_assert!(valid.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.')));
        }
    }

    #[test]
    fn a_derived_name_is_valid_and_derives_itself(name in upload_name()) {
        let Some(derived) = derive_filename(&name) else {
            let base = name.rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase();
            let stem = base.trim().trim_end_matches(".html").trim_end_matches(".htm");
            prop_assert!(!stem.contains(|c: char| c.is_ascii_alphanumeric()), "{:?} has a usable name", name);
            return Ok(());
        };
        prop_assert_eq!(validate_filename(&derived), Ok(derived.as_str()));
        prop_assert_eq!(derive_filename(&derived), Some(derived));
    }
}
