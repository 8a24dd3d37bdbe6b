//! What was seen in a game's rounds, as checks. Contract §6.

use super::{
    play::{Ending, Given, Seen, Thrown},
    rounds::{Evidence, PadsMatter, Played},
};
use maribro_contract::wire::{Check, CheckStatus};
use serde_json::Value;

/// Ids of the checks that need a browser, in the order of every report.
pub const RUNTIME_CHECK_IDS: [&str; 6] = [
    "runtime_starts",
    "runtime_completes",
    "runtime_scores",
    "runtime_round_flow",
    "runtime_responds",
    "runtime_smooth",
];

/// No report sooner than this after ready, in ms: a countdown alone takes as long.
const SOONEST_REPORT_MS: f64 = 3_000.0;
/// Longest median frame, in ms.
const SMOOTH_FRAME_MS: f64 = 20.0;
/// Longest single frame, in ms.
const STALL_MS: f64 = 500.0;
/// A stall is the game's when it is seen in so many of five rounds; in one or two it may be the machine's.
const STALLED_ROUNDS: usize = 3;

const SEATS: [usize; 4] = [0, 1, 2, 3];

/// The six checks, in the order of [`RUNTIME_CHECK_IDS`].
pub(super) fn judge(evidence: &Evidence) -> Vec<Check> {
    let starts = starts(&evidence.rounds);
    let completes = completes(&evidence.rounds, starts.status == CheckStatus::Fail);
    let (scores, flow) = (scores(&evidence.rounds), flow(&evidence.rounds));
    vec![starts, completes, scores, flow, responds(&evidence.pads), smooth(&evidence.rounds)]
}

/// The six checks of a game that was not played.
pub(super) fn not_played(reason: &str) -> Vec<Check> {
    RUNTIME_CHECK_IDS.iter().map(|id| warn(id, format!("Not played: {reason}"), None)).collect()
}

fn check(id: &str, status: CheckStatus, message: String, hint: Option<&str>) -> Check {
    Check { id: id.to_owned(), status, message, hint: hint.map(str::to_owned), line: None, column: None }
}

fn pass(id: &str, message: impl Into<String>) -> Check {
    check(id, CheckStatus::Pass, message.into(), None)
}

fn warn(id: &str, message: String, hint: Option<&str>) -> Check {
    check(id, CheckStatus::Warn, message, hint)
}

fn fail(id: &str, message: String, hint: &str) -> Check {
    check(id, CheckStatus::Fail, message, Some(hint))
}

fn at(check: Check, place: Option<(u32, u32)>) -> Check {
    match place {
        Some((line, column)) => Check { line: Some(line), column: Some(column), ..check },
        None => check,
    }
}

fn starts(rounds: &[Played]) -> Check {
    let id = RUNTIME_CHECK_IDS[0];
    // What stops a round says more than what else was seen on the way.
    for Played { name, seen, .. } in rounds {
        if let Some(error) = seen.errors.first() {
            let more = match seen.errors.len() {
                1 => String::new(),
                count => format!(" ({} errors in all)", count),
            };
            let message = format!(
                "Uncaught error with {name}: {}{more}.",
                error.message.trim_start_matches("Uncaught ").trim_end_matches('.')
            );
            let hint = "Mend the error; line and column are those of the file. An uncaught error stops the loop it happens in, and the host takes a game off that is silent after one.";
            return at(fail(id, message, hint), place_of(error));
        }
        if let Some(blocked) = seen.blocked.first() {
            let message = format!("A request was blocked with {name}: {} ({}).", blocked.url, blocked.directive);
            let hint =
                "A game fetches nothing but the SDK: put it inline, as data: URL, or draw and synthesise it in code.";
            let ours = blocked.file.as_deref().is_some_and(|file| file.contains("/games/")) && blocked.line > 0;
            return at(fail(id, message, hint), ours.then_some((blocked.line, blocked.column.max(1))));
        }
    }
    for Played { name, seen, .. } in rounds {
        let (message, hint) = match seen.outcome {
            Ending::NoLoad => (
                format!("The file did not finish loading within 10 s ({name})."),
                "A script that runs while the page loads must give the thread back: no endless loop, no busy waiting.",
            ),
            Ending::NoReady => (
                format!("The game did not say ready within 10 s ({name})."),
                "The SDK says ready by itself when the page has loaded: keep its script tag first, and don't replace its message handling. Without its helpers post {type: \"maribro:ready\", payload: {}} to window.parent.",
            ),
            Ending::Lost => (
                format!("The game left its page ({name})."),
                "A game must not navigate, reload or rewrite its own page; begin another scene in code.",
            ),
            Ending::Flooded => (
                format!("The game sent thousands of messages a second to the host page ({name})."),
                "Post messages on events only, not in a loop or in every frame.",
            ),
            _ => continue,
        };
        return fail(id, message, hint);
    }
    pass(id, "It gets ready, without an error and without a blocked request.")
}

fn completes(rounds: &[Played], starts_failed: bool) -> Check {
    let id = RUNTIME_CHECK_IDS[1];
    let with = |ending: Ending| -> Vec<&str> {
        rounds.iter().filter(|played| played.seen.outcome == ending).map(|played| played.name).collect()
    };
    let (hung, late) = (with(Ending::Hung), with(Ending::Timeout));
    if starts_failed && !rounds.iter().all(|played| played.seen.outcome == Ending::Ended || !played.is_whole) {
        return warn(id, "Not judged: mend runtime_starts first.".to_owned(), None);
    }
    if !hung.is_empty() {
        let hint = "A loop never gave the thread back. Advance the game one step per requestAnimationFrame, and give every while loop a bound.";
        return fail(id, format!("The game hung with {}.", hung.join(", ")), hint);
    }
    if !late.is_empty() {
        let hint = if late.iter().all(|name| name.starts_with("nobody")) {
            "End by your own clock: a game must be over before maxDurationSec also when nobody presses a button."
        } else if late.iter().all(|name| name.starts_with("two")) {
            "Any two to four slots can be active: loop over ctx.activeSlots, never over 0 to 3 or 0 and 1, and don't wait for seats that are empty."
        } else {
            "Call Maribro.showResults({scoresBySlot}) or Maribro.endGame(scores) by your own clock, well before maxDurationSec; the host waits 5 s more after force_end, then everyone gets 0."
        };
        return fail(id, format!("No game_end in time with {}.", late.join(", ")), hint);
    }
    let longest = rounds.iter().filter_map(|played| played.seen.ended_ms).fold(0.0, f64::max) / 1000.0;
    if rounds.iter().any(|played| played.seen.is_forced) {
        return pass(id, format!("It ends after {longest:.1} s at the latest, but only when the host's time is out."));
    }
    pass(id, format!("It ends by itself, after {longest:.1} s at the latest."))
}

fn scores(rounds: &[Played]) -> Check {
    let id = RUNTIME_CHECK_IDS[2];
    let hint = "Report four numbers from 0 to 10, index = slot, e.g. Maribro.showResults({scoresBySlot: [10, 6, 3, 0]}); empty seats get 0.";
    let ended: Vec<&Played> = rounds.iter().filter(|played| played.seen.scores.is_some()).collect();
    if ended.is_empty() {
        return warn(id, "Not judged: no round came to its end.".to_owned(), None);
    }
    for Played { name, seen, active_slots, .. } in &ended {
        let given = seen.given.iter().find_map(|given| wrong_given(given, active_slots));
        // Without the SDK's functions the message is all there is.
        let posted =
            || seen.scores.as_deref().filter(|_| seen.given.is_empty()).and_then(|list| wrong(list, active_slots));
        if let Some(what) = given.or_else(posted) {
            return fail(id, format!("With {name}: {what}."), hint);
        }
    }
    let list = |scores: [f64; 4]| scores.map(|score| score.to_string()).join(", ");
    let shows_other = |seen: &Seen| {
        let shown = seen.given.iter().find(|given| given.via == "Maribro.showResults")?.scores.as_ref()?;
        let reported = seen.scores.as_ref()?;
        let shown = SEATS.map(|slot| shown.get(slot).and_then(Value::as_f64).unwrap_or(0.0));
        let reported = SEATS.map(|slot| reported.get(slot).copied().flatten().unwrap_or(0.0));
        (shown != reported)
            .then(|| format!("the results screen shows {} and {} is reported", list(shown), list(reported)))
    };
    if let Some((name, what)) = ended.iter().find_map(|played| Some((played.name, shows_other(&played.seen)?))) {
        let message = format!("With {name} {what}.");
        return warn(id, message, Some("showResults reports the same scores by itself: don't call endGame as well."));
    }
    pass(id, "Four numbers from 0 to 10.")
}

/// What is wrong with scores that a game gave one of the SDK's functions.
fn wrong_given(Given { via, scores, given }: &Given, active: &[usize]) -> Option<String> {
    let Some(scores) = scores else { return Some(format!("{via} got {given} in the place of a list of four numbers")) };
    if scores.len() > 4 {
        return Some(format!("{via} got {} scores in the place of four", scores.len()));
    }
    active.iter().find_map(|slot| match scores.get(*slot) {
        None | Some(Value::Null) => Some(format!("{via} got no score for seat {slot}")),
        Some(Value::Number(number)) => {
            let score = number.as_f64().unwrap_or(f64::NAN);
            (!(0.0..=10.0).contains(&score)).then(|| format!("{via} got {score} for seat {slot}"))
        }
        Some(other) => Some(format!("{via} got {} for seat {slot}", other.as_str().unwrap_or("no number"))),
    })
}

/// What is wrong with the scores of a message.
fn wrong(scores: &[Option<f64>], active: &[usize]) -> Option<String> {
    if scores.is_empty() {
        return Some("maribro:game_end has no scoresBySlot".to_owned());
    }
    active.iter().find_map(|slot| match scores.get(*slot).copied().flatten() {
        None => Some(format!("maribro:game_end has no number for seat {slot}")),
        Some(score) => {
            (!(0.0..=10.0).contains(&score)).then(|| format!("maribro:game_end has {score} for seat {slot}"))
        }
    })
}

fn flow(rounds: &[Played]) -> Check {
    let id = RUNTIME_CHECK_IDS[3];
    let ended = |played: &&Played| played.seen.outcome == Ending::Ended;
    let soonest = rounds.iter().filter(ended).filter_map(|played| Some((played.name, played.seen.ended_ms?)));
    let Some((name, soonest)) = soonest.min_by(|a, b| a.1.total_cmp(&b.1)) else {
        return warn(id, "Not judged: no round came to its end.".to_owned(), None);
    };
    if soonest < SOONEST_REPORT_MS {
        let message = format!("The scores are reported {:.1} s after ready with {name}.", soonest / 1000.0);
        return fail(id, message, "A round has a countdown of 3 s, the play and a results screen: report after these.");
    }
    let seen = |phase: &str| {
        rounds.iter().filter(ended).any(|played| played.seen.phases.iter().any(|entry| entry.phase == phase))
    };
    let missing: Vec<&str> = ["countdown", "results"].into_iter().filter(|phase| !seen(phase)).collect();
    if missing.is_empty() {
        return pass(id, "Countdown, play and results.");
    }
    let hint = "Use await Maribro.countdown() and Maribro.showResults({scoresBySlot}), or tell the host: parent.postMessage({type: \"maribro:phase\", payload: {phase: \"countdown\"}}, \"*\"), then \"playing\" and \"results\".";
    warn(id, format!("Not seen: {}.", missing.join(" and ")), Some(hint))
}

fn responds(pads: &PadsMatter) -> Check {
    let id = RUNTIME_CHECK_IDS[4];
    match pads {
        PadsMatter::NotTried => warn(id, "Not judged: mend what failed first.".to_owned(), None),
        PadsMatter::NotComparable => {
            pass(id, "The game plays differently each time by itself, so what a pad changes could not be told.")
        }
        PadsMatter::AllBut(silent) if silent.is_empty() => pass(id, "Each pad changes what happens."),
        PadsMatter::AllBut(silent) => {
            let seats: Vec<String> = silent.iter().map(ToString::to_string).collect();
            let message =
                format!("Nothing on screen or in the scores depends on the pad of seat {}.", seats.join(", "));
            warn(
                id,
                message,
                Some(
                    "Read Maribro.getInput(slot) for each slot of ctx.activeSlots in every frame, and show within 100 ms that something was pressed.",
                ),
            )
        }
    }
}

fn smooth(rounds: &[Played]) -> Check {
    let id = RUNTIME_CHECK_IDS[5];
    let whole: Vec<&Seen> =
        rounds.iter().filter(|played| played.is_whole && played.seen.frames > 0).map(|played| &played.seen).collect();
    // The machine may be busy with something else: the best round says most about the game.
    let Some(median) = whole.iter().map(|seen| seen.median_frame_ms).min_by(f64::total_cmp) else {
        return warn(id, "Not judged: no frame was played.".to_owned(), None);
    };
    if median > SMOOTH_FRAME_MS {
        let hint = "Half of the frames take longer than the screen waits for them: draw less, draw still parts once into a canvas of their own, avoid work that grows with the square of the number of things.";
        return warn(id, format!("The code of a frame takes {median:.0} ms (median)."), Some(hint));
    }
    let mut stalls: Vec<&&Seen> = whole.iter().filter(|seen| seen.worst_frame_ms > STALL_MS).collect();
    stalls.sort_by(|a, b| b.worst_frame_ms.total_cmp(&a.worst_frame_ms));
    if let Some(worst) = stalls.first().filter(|_| stalls.len() >= STALLED_ROUNDS) {
        let message = format!(
            "The game stands still for {:.0} ms, {:.1} s after ready.",
            worst.worst_frame_ms,
            worst.worst_at_ms / 1000.0
        );
        return warn(id, message, Some("Do such work before the countdown or in small pieces, one per frame."));
    }
    pass(id, format!("The code of a frame takes {median:.1} ms (median)."))
}

/// Line and column in the game of an error: as the browser says, else the first of the stack that is the game's own.
pub(super) fn place_of(error: &Thrown) -> Option<(u32, u32)> {
    if error.line > 0 && error.file.contains("/games/") {
        return Some((error.line, error.column.max(1)));
    }
    error.stack.lines().find_map(|line| {
        let numbers = line.split("/games/").nth(1)?.trim_end_matches(')');
        let mut parts = numbers.rsplit(':');
        let column = parts.next()?.parse().ok()?;
        Some((parts.next()?.parse().ok()?, column))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(scores: &str) -> Option<String> {
        let scores: Option<Vec<Value>> = serde_json::from_str(scores).expect("a list or null");
        let given = if scores.is_some() { String::new() } else { "[object Object]".to_owned() };
        wrong_given(&Given { via: "Maribro.endGame".to_owned(), scores, given }, &[1, 3])
    }

    #[test]
    fn scores_are_judged_as_the_game_gave_them_and_only_for_seats_that_play() {
        for right in ["[0, 10, 0, 0]", "[null, 0, null, 9.5]", "[\"string\", 1, 99, 2]"] {
            assert_eq!(given(right), None, "{right}");
        }
        for (wrong, word) in [
            ("[0, 11, 0, 0]", "got 11 for seat 1"),
            ("[0, -1, 0, 0]", "got -1 for seat 1"),
            ("[0, 1, 0, \"NaN\"]", "got NaN for seat 3"),
            ("[0, 1, 0, \"string\"]", "got string for seat 3"),
            ("[0, 1, 0]", "no score for seat 3"),
            ("[0, 1, 0, 0, 0]", "5 scores"),
            ("null", "[object Object]"),
        ] {
            assert!(given(wrong).is_some_and(|what| what.contains(word)), "{wrong}");
        }
    }

    #[test]
    fn the_place_of_an_error_is_the_first_in_the_game_itself() {
        let thrown = |file: &str, line, stack: &str| Thrown {
            message: String::new(),
            file: file.to_owned(),
            line,
            column: 0,
            stack: stack.to_owned(),
        };
        let game = "http://stage-0.localhost:1/games/game-0.html";
        assert_eq!(place_of(&thrown(game, 7, "")), Some((7, 1)));
        let stack =
            format!("Error: x\n  at play (http://h/public/maribro-sdk.js:9:9)\n  at {game}:12:34\n  at a ({game}:1:1)");
        assert_eq!(place_of(&thrown("", 0, &stack)), Some((12, 34)));
        assert_eq!(place_of(&thrown("", 0, &format!("Error\n at a ({game}:5:6)"))), Some((5, 6)));
        assert_eq!(place_of(&thrown("", 0, "Error: /games/ is a word")), None);
    }
}
