//! What `maribro` printed, as JSON. Pure.
//!
//! SECURITY: much of it is what a stranger's game threw, logged or reported, and the program that prints it shares a machine
//! with that game. So nothing is believed: 1. it is one JSON object of the known shape, at most [`MAX_OUTPUT`] bytes; 2. lists and
//! texts are clipped, control characters go; 3. ids of checks are words; 4. the verdict is drawn from the checks, and must be
//! what the exit code said.

use super::NotPlayed;
use maribro_contract::wire::{Check, CheckStatus, PlayedRound, PlaytestReport, SeenInPlay, WrittenInPlay};
use serde::Deserialize;

/// Longest output that is read, in bytes; usual ones have some 10 KB.
pub const MAX_OUTPUT: usize = 1 << 20;
/// Most of each that is kept.
const MAX_CHECKS: usize = 32;
const MAX_ROUNDS: usize = 16;
const MAX_ERRORS: usize = 5;
const MAX_CONSOLE: usize = 20;
/// Seats are four; who reports more is shown as far as that shows the mistake.
const MAX_SCORES: usize = 8;
/// Characters of a text, and of a stack.
const MAX_TEXT: usize = 500;
const MAX_STACK: usize = 1_000;
/// Characters of a name of ours: of a check, a round, an outcome, a level.
const MAX_NAME: usize = 40;

/// What `maribro verify --json FILE` prints, as far as it is passed on; or why it could not run.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Printed {
    CouldNotRun { error: Trouble },
    Verified { games: Vec<PlaytestReport> },
}

#[derive(Debug, Deserialize)]
struct Trouble {
    message: String,
}

/// What `maribro doctor --json` prints.
#[derive(Debug, Deserialize)]
struct Findings {
    ok: bool,
    findings: Vec<Finding>,
}

#[derive(Debug, Deserialize)]
struct Finding {
    found: String,
    action: Option<String>,
}

/// The report in what `maribro verify` printed before it ended with this code.
///
/// # Errors
/// It could not run, or what it printed is not what it should be.
pub fn of_verify(printed: &[u8], code: Option<i32>) -> Result<PlaytestReport, NotPlayed> {
    let wrong = |what: &str| NotPlayed::Internal(format!("the verifier's answer is of no use: {what}"));
    if printed.len() > MAX_OUTPUT {
        return Err(wrong("it is too long"));
    }
    let games = match serde_json::from_slice(printed) {
        Ok(Printed::Verified { games }) => games,
        Ok(Printed::CouldNotRun { error }) => {
            return Err(NotPlayed::Unavailable(format!(
                "it could not be played: {}",
                clipped(&error.message, MAX_TEXT)
            )));
        }
        Err(_) => return Err(wrong("it is not the JSON that was expected")),
    };
    let [report] = <[PlaytestReport; 1]>::try_from(games).map_err(|_| wrong("it is not about one game"))?;
    let report = cleaned(report);
    if report.checks.is_empty() {
        return Err(wrong("it has no checks"));
    }
    match (code, report.ok) {
        (Some(0), true) | (Some(1), false) => Ok(report),
        _ => Err(wrong("its report and its exit code differ")),
    }
}

/// What is missing, in what `maribro doctor` printed; `None` when nothing is.
///
/// # Errors
/// What it printed is not what it should be.
pub fn of_doctor(printed: &[u8]) -> Result<Option<String>, NotPlayed> {
    let Findings { ok, findings } = serde_json::from_slice(printed)
        .map_err(|_| NotPlayed::Internal("maribro doctor did not answer as expected".into()))?;
    if ok {
        return Ok(None);
    }
    let missing = findings.into_iter().filter_map(|Finding { found, action }| Some(format!("{found}: {}", action?)));
    let told: Vec<String> = missing.map(|text| clipped(&text, MAX_TEXT)).collect();
    Ok(Some(told.join("; ")))
}

fn cleaned(mut report: PlaytestReport) -> PlaytestReport {
    report.checks.truncate(MAX_CHECKS);
    report.checks.retain(|check| is_word(&check.id));
    for Check { message, hint, .. } in &mut report.checks {
        *message = clipped(message, MAX_TEXT);
        *hint = hint.as_deref().map(|hint| clipped(hint, MAX_TEXT));
    }
    report.rounds.truncate(MAX_ROUNDS);
    for PlayedRound { name, outcome, scores, .. } in &mut report.rounds {
        (*name, *outcome) = (clipped(name, MAX_NAME), clipped(outcome, MAX_NAME));
        if let Some(scores) = scores {
            scores.truncate(MAX_SCORES);
        }
    }
    for list in [&mut report.errors, &mut report.blocked] {
        list.truncate(MAX_ERRORS);
        for SeenInPlay { round, message, stack, .. } in list {
            (*round, *message) = (clipped(round, MAX_NAME), clipped(message, MAX_TEXT));
            *stack = clipped(stack, MAX_STACK);
        }
    }
    report.console.truncate(MAX_CONSOLE);
    for WrittenInPlay { round, level, text, .. } in &mut report.console {
        (*round, *level) = (clipped(round, MAX_NAME), clipped(level, MAX_NAME));
        *text = clipped(text, MAX_TEXT);
    }
    report.ok = report.checks.iter().all(|check| check.status != CheckStatus::Fail);
    report
}

fn is_word(id: &str) -> bool {
    (1..=MAX_NAME).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// So many characters of it; of those that only steer a terminal none but line ends.
fn clipped(text: &str, most: usize) -> String {
    text.chars().filter(|character| !character.is_control() || *character == '\n').take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn printed(status: &str) -> Value {
        json!({
            "ok": status != "fail", "wallMs": 4_000, "games": [{
                "file": "a.html", "ok": status != "fail", "wallMs": 3_900,
                "checks": [{ "id": "utf8", "status": "pass", "message": "fine" },
                    { "id": "runtime_scores", "status": status, "message": "said", "hint": "mend", "line": 3 }],
                "rounds": [{ "name": "four players", "outcome": "reported", "endedMs": 20_000.5, "scores": [1.0, null, 3.0, 4.0],
                    "phases": [["playing", 3.0]], "frames": 100, "medianFrameMs": 1.0, "worstFrameMs": 2.0 }],
                "errors": [{ "round": "four players", "message": "x", "stack": "at y", "line": 1, "column": 2 }],
                "blocked": [], "console": [{ "round": "four players", "level": "log", "text": "hi" }], "screenshots": [],
            }],
        })
    }

    fn read(printed: &Value, code: i32) -> Result<PlaytestReport, NotPlayed> {
        of_verify(printed.to_string().as_bytes(), Some(code))
    }

    #[test]
    fn a_report_is_passed_on_with_what_a_maker_needs() {
        let report = read(&printed("fail"), 1).unwrap();
        assert_eq!((report.ok, report.wall_ms, report.checks.len()), (false, 3_900, 2));
        assert_eq!((report.checks[1].line, report.checks[1].hint.as_deref()), (Some(3), Some("mend")));
        assert_eq!(report.rounds[0].scores.as_ref().unwrap()[1], None);
        assert!(read(&printed("warn"), 0).unwrap().ok);
    }

    #[test]
    fn a_verifier_that_could_not_run_says_why() {
        let said = json!({ "ok": false, "error": { "code": "could_not_run", "message": "no Chrome\u{1b}[31m" } });
        let why = read(&said, 2).unwrap_err();
        assert_eq!(why, NotPlayed::Unavailable("it could not be played: no Chrome[31m".into()));
    }

    #[test]
    fn what_does_not_hold_together_is_no_verdict() {
        let mut says_ok = printed("fail");
        says_ok["games"][0]["ok"] = json!(true);
        let mut two = printed("pass");
        two["games"] = json!([two["games"][0], two["games"][0]]);
        let mut none = printed("pass");
        none["games"][0]["checks"] = json!([]);
        let cases =
            [(says_ok, 0), (printed("pass"), 1), (printed("fail"), 0), (printed("pass"), 2), (two, 0), (none, 0)];
        for (said, code) in cases {
            assert!(matches!(read(&said, code), Err(NotPlayed::Internal(_))), "{said} {code}");
        }
        assert!(matches!(of_verify(b"", Some(0)), Err(NotPlayed::Internal(_))));
        assert!(matches!(of_verify(printed("pass").to_string().as_bytes(), None), Err(NotPlayed::Internal(_))));
        assert!(matches!(of_verify(&vec![b' '; MAX_OUTPUT + 1], Some(0)), Err(NotPlayed::Internal(_))));
    }

    #[test]
    fn a_flood_is_clipped() {
        let mut said = printed("fail");
        let game = &mut said["games"][0];
        let long = "\u{7}é\n".repeat(10_000);
        for list in ["checks", "errors", "console", "rounds"] {
            let mut one = game[list][0].clone();
            for field in ["message", "stack", "text", "level", "name"] {
                if one[field].is_string() {
                    one[field] = json!(long);
                }
            }
            let mut many = vec![one; 500];
            many[1]["id"] = json!("<script>");
            game[list].as_array_mut().unwrap().extend(many);
        }
        let report = cleaned(serde_json::from_value(game.clone()).unwrap());
        assert_eq!((report.checks.len(), report.errors.len(), report.console.len()), (31, MAX_ERRORS, MAX_CONSOLE));
        let text = serde_json::to_string(&report).unwrap();
        assert!(text.len() < 100_000 && !text.contains("script") && !text.contains("u0007"), "{}", text.len());
    }

    #[test]
    fn a_doctor_says_what_is_missing() {
        let finding = json!({ "what": "browser", "found": "no Chrome", "action": "apt-get install chromium" });
        let said = json!({ "ok": false, "findings": [finding, { "what": "x", "found": "fine" }] }).to_string();
        assert_eq!(of_doctor(said.as_bytes()).unwrap().as_deref(), Some("no Chrome: apt-get install chromium"));
        assert_eq!(of_doctor(br#"{"ok":true,"findings":[]}"#).unwrap(), None);
        assert!(of_doctor(b"READY").is_err());
    }

    proptest! {
        /// Whatever is printed, it is read or refused, and what comes of it has its bounds.
        #[test]
        fn any_output_is_read_or_refused(
            bytes in proptest::collection::vec(any::<u8>(), 0..200), code in proptest::option::of(-1..4),
            at in 0usize..1_000, cut in any::<bool>(),
        ) {
            of_verify(&bytes, code).ok();
            let mut spoilt = printed("fail").to_string().into_bytes();
            let at = at % spoilt.len();
            if cut { spoilt.truncate(at) } else { spoilt[at] = bytes.first().copied().unwrap_or(b'x') }
            if let Ok(report) = of_verify(&spoilt, Some(1)) {
                prop_assert!(!report.ok && report.checks.len() <= MAX_CHECKS);
            }
        }
    }
}
