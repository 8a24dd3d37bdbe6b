//! Facts into checks, in words that say what to do.

use super::page::{Finding, Offence, Page};
use super::url::SDK_PATH;
use super::{CHECK_IDS, MAX_GAME_BYTES};
use crate::metadata::{self, DURATION_RANGE_SEC, Field};
use crate::wire::{Check, CheckStatus};

/// Further findings that a message lists by line.
const LISTED_FINDINGS: usize = 8;
/// Why a check says nothing about a file at which the parser gave up.
const UNPARSED: &str = "the HTML cannot be parsed to its end";

/// The checks of a file that was parsed, in the order of [`CHECK_IDS`].
pub(super) fn checks(bytes: &[u8], page: &Page) -> Vec<Check> {
    let mut checks = vec![
        size(bytes),
        utf8(bytes),
        html_structure(page),
        self_contained(bytes, page),
        uses_sdk(bytes, page),
        render_target(page),
        score_reporting(page),
        supports_4_players(page),
        meta(page, "meta_title", Field::Title, "title", "Space Snacks"),
        meta(
            page,
            "meta_description",
            Field::Description,
            "description",
            "Catch the most snacks before the ship leaves.",
        ),
        meta(page, "meta_author", Field::Author, "author", "your name"),
        meta_max_duration(page),
    ];
    if page.broken.is_some() {
        // What was not seen may stand behind the place where the parser gave up.
        let unsure = ["uses_sdk", "render_target", "score_reporting", "supports_4_players"];
        let is_unsure = |check: &Check| check.status == CheckStatus::Fail && unsure.contains(&check.id.as_str());
        for check in checks.iter_mut().filter(|check| is_unsure(check)) {
            *check = not_run(&check.id, UNPARSED);
        }
    }
    checks
}

fn check(id: &str, status: CheckStatus, message: impl Into<String>) -> Check {
    Check { id: id.to_owned(), status, message: message.into(), hint: None, line: None, column: None }
}

fn pass(id: &str, message: impl Into<String>) -> Check {
    check(id, CheckStatus::Pass, message)
}

fn fail(id: &str, message: impl Into<String>, hint: impl Into<String>) -> Check {
    Check { hint: Some(hint.into()), ..check(id, CheckStatus::Fail, message) }
}

fn warn(id: &str, message: impl Into<String>, hint: impl Into<String>) -> Check {
    Check { hint: Some(hint.into()), ..check(id, CheckStatus::Warn, message) }
}

impl Check {
    fn at(self, bytes: &[u8], offset: usize) -> Self {
        let (line, column) = position(bytes, offset);
        Self { line: Some(line), column: Some(column), ..self }
    }
}

/// 1-based line and column (in bytes) of an offset.
fn position(bytes: &[u8], offset: usize) -> (u32, u32) {
    let before = &bytes[..offset.min(bytes.len())];
    let line = memchr::memchr_iter(b'\n', before).count() + 1;
    let column = before.len() - memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1) + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}

/// A check that could not be run: it fails, unless it could only ever warn.
pub(super) fn not_run(id: &str, reason: &str) -> Check {
    let message = format!("Not checked: {reason}.");
    let hint = "Mend that first, then check again.";
    match id {
        "utf8" | "meta_title" | "meta_description" | "meta_author" | "meta_max_duration" => warn(id, message, hint),
        _ => fail(id, message, hint),
    }
}

pub(super) fn utf16() -> Check {
    warn("utf8", "The file is UTF-16 (it begins with its byte order mark).", "Save the file as UTF-8.").at(b"", 0)
}

pub(super) fn size(bytes: &[u8]) -> Check {
    let (id, length) = (CHECK_IDS[0], bytes.len());
    if length == 0 {
        return fail(id, "The file is empty.", "Send one complete .html file.");
    }
    if length > MAX_GAME_BYTES {
        let hint = "Shrink the inlined images and sounds, or draw and synthesise them in code.";
        return fail(id, format!("The file has {length} bytes; the limit is {MAX_GAME_BYTES} (20 MB)."), hint);
    }
    pass(id, format!("{length} bytes."))
}

fn utf8(bytes: &[u8]) -> Check {
    match std::str::from_utf8(bytes) {
        Ok(_) => pass("utf8", "Valid UTF-8."),
        Err(error) => {
            let at = error.valid_up_to();
            let message =
                format!("Byte 0x{:02X} is not valid UTF-8; browsers show a replacement character.", bytes[at]);
            warn("utf8", message, "Save the file as UTF-8.").at(bytes, at)
        }
    }
}

fn html_structure(page: &Page) -> Check {
    let id = "html_structure";
    if let Some(reason) = &page.broken {
        let reason = reason.split_once(". ").map_or(reason.as_str(), |(first, _)| first).trim_end_matches('.');
        let hint = "Simplify the markup: no unclosed giant tag, no thousands of nested elements, no <script> or <style> in <select> or <frameset>.";
        return fail(id, format!("The HTML cannot be parsed safely: {reason}."), hint);
    }
    let parts = [
        (page.has_doctype, "<!doctype html>"),
        (page.has_html, "<html>"),
        (page.has_head, "<head>"),
        (page.has_body, "<body>"),
    ];
    let missing: Vec<_> = parts.iter().filter(|(there, _)| !there).map(|(_, part)| *part).collect();
    if missing.is_empty() {
        return pass(id, "Doctype, html, head and body are there.");
    }
    let hint = "Write a whole document: <!doctype html><html><head>…</head><body>…</body></html>.";
    fail(id, format!("Missing: {}.", missing.join(", ")), hint)
}

fn describe(finding: &Finding) -> String {
    let Finding { url, place, .. } = finding;
    match finding.offence {
        Offence::Away => format!("{place} leads away to \"{url}\""),
        Offence::Relative => format!("{place} asks the server for \"{url}\""),
        Offence::JavaScript => format!("{place} is a javascript: address"),
        Offence::MisplacedSdk => format!("{place} names the SDK, which belongs into <script src> only"),
        Offence::Refresh => format!("{place} reloads or leaves the page (\"{url}\")"),
        Offence::TooDeep => format!("{place} is nested too deep to be looked into"),
    }
}

fn advise(offence: Offence) -> &'static str {
    match offence {
        Offence::Away | Offence::Relative => {
            "A game is one file and fetches nothing but the SDK: inline the code or style, turn pictures, sounds and fonts into data: URLs, or draw and synthesise them; remove links."
        }
        Offence::JavaScript => "Use addEventListener in a script instead of a javascript: address.",
        Offence::MisplacedSdk => {
            "Load the SDK with <script src=\"/public/maribro-sdk.js\"></script> as the first script and nowhere else."
        }
        Offence::Refresh => "Remove the tag: a game must stay on its page.",
        Offence::TooDeep => "Remove the nested srcdoc documents.",
    }
}

fn self_contained(bytes: &[u8], page: &Page) -> Check {
    let id = "self_contained";
    let Some((first, rest)) = page.findings.split_first() else {
        if page.broken.is_some() {
            return not_run(id, UNPARSED);
        }
        return pass(id, "Nothing but the SDK is fetched.");
    };
    let mut message = describe(first);
    message.push('.');
    if page.finding_count > 1 {
        let listed: Vec<_> = rest
            .iter()
            .take(LISTED_FINDINGS)
            .map(|finding| format!("line {}: {}", position(bytes, finding.offset).0, describe(finding)))
            .collect();
        let unlisted = page.finding_count - 1 - listed.len();
        message.push_str(&format!(" Also {}", listed.join("; ")));
        message.push_str(&if unlisted > 0 { format!("; and {unlisted} more.") } else { ".".to_owned() });
    }
    fail(id, message, advise(first.offence)).at(bytes, first.offset)
}

fn uses_sdk(bytes: &[u8], page: &Page) -> Check {
    let id = "uses_sdk";
    let tag = format!("<script src=\"{SDK_PATH}\"></script>");
    let hint = format!(
        "Put {tag} into the head, before every other script, without async, defer, type=\"module\" or other attributes."
    );
    let Some(sdk) = &page.sdk else {
        let missing = fail(id, "The SDK is not loaded by a script tag that runs.", hint.clone());
        return match page.sdk_lookalike {
            Some(offset) => {
                fail(id, "This script tag looks like the SDK's but does not load or run it.", hint).at(bytes, offset)
            }
            None => missing,
        };
    };
    if let Some(attribute) = sdk.hindered_by {
        return warn(id, format!("The SDK is loaded with {attribute}, so it may run late or not at all."), hint)
            .at(bytes, sdk.offset);
    }
    if !sdk.is_first {
        return warn(id, "Another script comes before the SDK, so the SDK cannot hold its clock and pads.", hint)
            .at(bytes, sdk.offset);
    }
    pass(id, "The SDK is the first script.")
}

fn render_target(page: &Page) -> Check {
    let id = "render_target";
    match () {
        () if page.has_content => pass(id, "The page has something to show."),
        () if page.scripts.renders => pass(id, "A script makes something to show."),
        () => fail(
            id,
            "Nothing to see: no canvas, no element in the body, and no script that makes one.",
            "Add a <canvas> to the body, or build the page in a script.",
        ),
    }
}

fn score_reporting(page: &Page) -> Check {
    let id = "score_reporting";
    if page.scripts.reports_scores() {
        return pass(id, "Scores are reported.");
    }
    let hint = "When the round is over call Maribro.showResults({scoresBySlot: [a, b, c, d]}), or draw your own results and then call Maribro.endGame([a, b, c, d]), each score 0..10.";
    fail(id, "No script calls Maribro.endGame or Maribro.showResults, or posts maribro:game_end.", hint)
}

fn supports_4_players(page: &Page) -> Check {
    let id = "supports_4_players";
    if page.scripts.knows_seats() {
        return pass(id, "The seats are read.");
    }
    let hint = "Make one player for each slot in Maribro.getActiveSlots() (or ctx.activeSlots); any two to four of 0, 1, 2, 3 can be active.";
    fail(id, "No script uses activeSlots, getActiveSlots, playersBySlot or the slots 0 to 3.", hint)
}

fn meta(page: &Page, id: &str, field: Field, name: &str, example: &str) -> Check {
    match page.head.text(field) {
        Some(_) => pass(id, format!("The game has its {name}.")),
        None => {
            let hint = format!("Add <meta name=\"maribro:{name}\" content=\"{example}\"> to the head.");
            warn(id, format!("No {name} in the head."), hint)
        }
    }
}

fn meta_max_duration(page: &Page) -> Check {
    let id = "meta_max_duration";
    let (low, high) = (DURATION_RANGE_SEC.start(), DURATION_RANGE_SEC.end());
    let hint =
        format!("Add <meta name=\"maribro:maxDurationSec\" content=\"30\"> to the head: seconds, {low} to {high}.");
    match page.head.text(Field::MaxDuration).map(|text| (text, metadata::parse_duration(text))) {
        None => warn(id, "No maxDurationSec in the head; a round takes 30 seconds.", hint),
        Some((_, None)) => warn(id, "maxDurationSec is not a number; a round takes 30 seconds.", hint),
        Some((_, Some(seconds))) if !DURATION_RANGE_SEC.contains(&seconds) => {
            let used = metadata::clamp_duration(seconds);
            warn(id, format!("maxDurationSec is out of range; a round takes {used} seconds."), hint)
        }
        Some((_, Some(seconds))) => pass(id, format!("A round takes {seconds} seconds.")),
    }
}
