//! The static checks of contract §6: everything that can be said about a game without running it.
//!
//! [`inspect`] is the single entry. The same report answers an upload, `POST /api/games/check` and the
//! game maker's own tool, and its words are made for an agent: what was found where, and what to do.
//!
//! What a check promises here, the page's policy and the browser checks enforce at run time; so the rules
//! look for what honest games get wrong, and for what is plain to see in dishonest ones.
//!
//! - `page`: one walk over the HTML, collecting facts
//! - `url`, `css`, `script`, `lexer`: what the pieces of a page would fetch or do
//! - `report`: facts into checks

mod css;
mod lexer;
mod page;
mod report;
mod script;
mod url;

use crate::metadata::{Head, Metadata};
use crate::wire::Report;

pub use url::SDK_PATH;

/// Largest game file in bytes. Contract §1.
pub const MAX_GAME_BYTES: usize = 20 * 1024 * 1024;

/// Ids of the static checks, in the order of every report. Contract §6.
pub const CHECK_IDS: [&str; 12] = [
    "file_size",
    "utf8",
    "html_structure",
    "self_contained",
    "uses_sdk",
    "render_target",
    "score_reporting",
    "supports_4_players",
    "meta_title",
    "meta_description",
    "meta_author",
    "meta_max_duration",
];

/// What there is to know about a game file without running it.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspection {
    /// One check for each of [`CHECK_IDS`], in that order.
    pub report: Report,
    /// What the game says about itself; the same as [`crate::metadata::read`] gives.
    pub metadata: Metadata,
}

/// Runs every static check on a game file.
///
/// Takes any bytes, never fails, and takes time linear in their number. A file over [`MAX_GAME_BYTES`]
/// is not parsed; its checks fail as not run.
pub fn inspect(bytes: &[u8]) -> Inspection {
    if bytes.len() > MAX_GAME_BYTES {
        return not_run(report::size(bytes), "the file is too large to be looked into");
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        let mut inspection = not_run(report::size(bytes), "the file is UTF-16 and must be saved as UTF-8");
        inspection.report.checks[1] = report::utf16();
        return inspection;
    }
    let mut page = page::walk(bytes);
    if page.broken.is_some() {
        // The walk is stricter than `metadata::read` and may have stopped within the head.
        (page.head, _) = Head::scan(bytes);
    }
    Inspection { report: Report::new(report::checks(bytes, &page)), metadata: page.head.metadata() }
}

/// The report of a file that is not parsed.
fn not_run(size: crate::wire::Check, reason: &str) -> Inspection {
    let mut checks = vec![size];
    checks.extend(CHECK_IDS[1..].iter().map(|id| report::not_run(id, reason)));
    Inspection { report: Report::new(checks), metadata: Metadata::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::CheckStatus::{self, Fail, Pass, Warn};
    use proptest::prelude::*;

    const GOOD: &str = r#"<!doctype html>
<html><head>
<meta name="maribro:title" content="Good"><meta name="maribro:description" content="A game.">
<meta name="maribro:author" content="Somebody"><meta name="maribro:maxDurationSec" content="30">
<script src="/public/maribro-sdk.js"></script>
</head><body><canvas></canvas>
<script>
Maribro.onReady(({activeSlots}) => Maribro.endGame([0, 0, 0, 0]));
</script></body></html>"#;

    fn status(html: &[u8], id: &str) -> CheckStatus {
        let report = inspect(html).report;
        report.checks.iter().find(|check| check.id == id).expect("the check is there").status
    }

    #[test]
    fn a_good_game_passes_every_check() {
        let inspection = inspect(GOOD.as_bytes());
        assert!(inspection.report.checks.iter().all(|check| check.status == Pass), "{:#?}", inspection.report);
        assert_eq!(inspection.metadata.title.as_deref(), Some("Good"));
    }

    #[test]
    fn every_report_has_every_check_in_order() {
        let too_large = vec![b' '; MAX_GAME_BYTES + 1];
        for bytes in [GOOD.as_bytes(), b"", b"\xff\xfe<\0", b"\x00\xff", &too_large] {
            let report = inspect(bytes).report;
            let ids: Vec<_> = report.checks.iter().map(|check| check.id.as_str()).collect();
            assert_eq!(ids, CHECK_IDS);
        }
    }

    #[test]
    fn the_size_limit_is_exact() {
        let mut bytes = GOOD.as_bytes().to_vec();
        bytes.resize(MAX_GAME_BYTES, b' ');
        assert!(inspect(&bytes).report.ok);
        bytes.push(b' ');
        let report = inspect(&bytes).report;
        assert_eq!(report.checks[0].status, Fail);
        assert!(!report.ok);
    }

    #[test]
    fn an_empty_file_fails_every_check_that_can_fail() {
        for check in inspect(b"").report.checks {
            // Nothing is not broken UTF-8, and fetches nothing.
            let expected = match check.id.as_str() {
                "utf8" | "self_contained" => Pass,
                id if id.starts_with("meta_") => Warn,
                _ => Fail,
            };
            assert_eq!(check.status, expected, "{}", check.id);
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_are_a_warning_with_their_place() {
        let html = [GOOD.as_bytes(), b"\n<!-- \xff -->"].concat();
        let inspection = inspect(&html);
        let check = &inspection.report.checks[1];
        assert_eq!((check.status, check.line, check.column), (Warn, Some(10), Some(6)));
        assert!(inspection.report.ok);
    }

    #[test]
    fn utf16_is_named_as_the_reason() {
        let report = inspect(b"\xff\xfe<\0!\0").report;
        assert_eq!(report.checks[1].status, Warn);
        assert_eq!(report.checks[2].status, Fail);
        assert!(report.checks[2].message.contains("UTF-16"));
    }

    #[test]
    fn a_finding_has_its_line_and_column() {
        let html = GOOD.replace("<canvas></canvas>", "\n  <img src=x.png>");
        let report = inspect(html.as_bytes()).report;
        let check = &report.checks[3];
        assert_eq!((check.status, check.line, check.column), (Fail, Some(7), Some(12)));
        assert!(check.message.contains("x.png") && check.message.contains("<img src>"), "{}", check.message);
    }

    #[test]
    fn a_message_is_short_and_clean_whatever_the_file_calls_its_tags() {
        let html =
            GOOD.replace("<canvas></canvas>", &format!("<x\0\u{1b}{} src=a{}>", "y".repeat(9_999), "z".repeat(9_999)));
        let report = inspect(html.as_bytes()).report;
        let check = &report.checks[3];
        assert_eq!(check.status, Fail);
        assert!(check.message.chars().count() < 300 && !check.message.contains(char::is_control), "{}", check.message);
    }

    #[test]
    fn a_late_sdk_is_a_warning() {
        for late in [
            r#"<script>0</script><script src="/public/maribro-sdk.js"></script>"#,
            r#"<script defer src="/public/maribro-sdk.js"></script>"#,
            r#"<script async src="/public/maribro-sdk.js"></script>"#,
            r#"<script type=module src="/public/maribro-sdk.js"></script>"#,
        ] {
            let html = GOOD.replace(r#"<script src="/public/maribro-sdk.js"></script>"#, late);
            assert_eq!(status(html.as_bytes(), "uses_sdk"), Warn, "{late}");
        }
    }

    #[test]
    fn every_prefix_of_a_game_is_inspected() {
        for end in 0..GOOD.len() {
            let inspection = inspect(&GOOD.as_bytes()[..end]);
            assert_eq!(inspection.report.checks.len(), CHECK_IDS.len());
            assert_eq!(inspection.metadata, crate::metadata::read(&GOOD.as_bytes()[..end]));
        }
    }

    /// Inputs that would take minutes or run out of memory if any step were quadratic.
    #[test]
    fn hostile_shapes_are_answered() {
        let many = |piece: &str, bytes: usize| piece.repeat(bytes / piece.len());
        let size = 512 * 1024;
        for piece in [
            "<",
            "<div>",
            "</p>",
            "<a ",
            "<!--",
            "<script>",
            "<svg><script>",
            "<template>",
            "<iframe srcdoc='<p>'>",
            "<b src ",
            "<meta name=title content=x>",
        ] {
            inspect(many(piece, size).as_bytes());
        }
        for piece in [
            "/[",
            "a=/",
            "`${",
            "((",
            "}",
            "{`",
            "'\\",
            "/*",
            "import'",
            "<!--",
            "fetch(\"",
            "src=",
            "`$",
            "=\"url(//",
            "\\",
            "\"//url(\" ",
        ] {
            inspect(format!("<script>{}", many(piece, size)).as_bytes());
            inspect(format!("<script>x.innerHTML=`{}`", many(piece, size).replace('`', "src=")).as_bytes());
        }
        for piece in ["url(", "@import", "(", "\\", "image-set(", "/*", "'", "a\\\n", "image-set('"] {
            inspect(format!("<style>{}</style>", many(piece, size)).as_bytes());
        }
        for piece in ["src=x ", "onx=1 ", "a=1 ", "style=x "] {
            inspect(format!("<img {}>", many(piece, size)).as_bytes());
        }
        for piece in ["&", "&amp;", "&#x", "&lt;iframe srcdoc=&quot;", ",", "a ", "(("] {
            inspect(
                format!("<iframe srcdoc=\"{0}\"></iframe><img srcset=\"{0}\" src='{0}'>", many(piece, size)).as_bytes(),
            );
        }
    }

    #[test]
    fn a_million_open_elements_are_a_broken_structure() {
        let html = "<div>".repeat(1_000_000);
        let report = inspect(html.as_bytes()).report;
        assert_eq!(report.checks[2].status, Fail);
        assert!(report.checks[2].message.contains("memory"), "{}", report.checks[2].message);
    }

    proptest! {
        #[test]
        fn any_bytes_are_inspected(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            inspect(&bytes);
        }

        #[test]
        fn any_markup_is_inspected(html in "(<(script|style|svg|a|/script|/style|template|iframe|meta|body|!--|!doctype)( (src|href|srcdoc|style|name|content|onload)(=('|\")?)?)?|[-a-z'\"`${}()/\\\\&;#<>=@!* \\n]){0,60}") {
            let inspection = inspect(html.as_bytes());
            prop_assert_eq!(inspection.report.checks.len(), CHECK_IDS.len());
        }
    }
}
