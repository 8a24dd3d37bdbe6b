//! What is said of verified games: as JSON for programs, as a table for people.

use super::{
    judge::place_of,
    play::{Ending, PhaseSeen},
    rounds::Evidence,
};
use maribro_contract::wire::{Check, CheckStatus};
use serde::Serialize;
use std::fmt::{self, Write as _};

/// Console lines of a game that are kept; equal ones count as one.
const MAX_CONSOLE: usize = 50;
/// Errors and blocked requests that are kept.
const MAX_ERRORS: usize = 50;

/// What `maribro verify --json` prints.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VerifyReport {
    /// True when no check of any game failed.
    pub ok: bool,
    /// Time for all games together.
    pub wall_ms: u64,
    /// In the order in which they were named.
    pub games: Vec<GameReport>,
}

/// One game.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GameReport {
    /// The file as it was named.
    pub file: String,
    /// True when no check failed.
    pub ok: bool,
    /// Time from the first check to the last.
    pub wall_ms: u64,
    /// Every check, static ones first, always in the same order.
    pub checks: Vec<Check>,
    /// The rounds that were played.
    pub rounds: Vec<RoundReport>,
    /// Uncaught errors.
    pub errors: Vec<ErrorSeen>,
    /// Requests that the policy refused.
    pub blocked: Vec<ErrorSeen>,
    /// What was written to the console, by the game or by the browser about it.
    pub console: Vec<ConsoleLine>,
    /// Pictures that were written.
    pub screenshots: Vec<String>,
}

/// One round.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RoundReport {
    /// Who played how.
    pub name: String,
    /// How it ended.
    pub outcome: Ending,
    /// When it ended, in ms after ready, on the game's clock.
    pub ended_ms: Option<f64>,
    /// What was reported.
    pub scores: Option<Vec<Option<f64>>>,
    /// What the game said of its progress, each with its time.
    pub phases: Vec<(String, f64)>,
    /// Frames played.
    pub frames: u32,
    /// Median of the time that the game's code took for a frame.
    pub median_frame_ms: f64,
    /// The longest.
    pub worst_frame_ms: f64,
}

/// An error or a blocked request.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ErrorSeen {
    /// The round in which it was seen first.
    pub round: String,
    /// What happened.
    pub message: String,
    /// The stack, if there is one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub stack: String,
    /// 1-based line in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// 1-based column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

/// A line of the console.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConsoleLine {
    /// The round in which it was seen first.
    pub round: String,
    /// `log`, `warning`, `error`, …
    pub level: String,
    /// What was written.
    pub text: String,
    /// 1-based line in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

impl GameReport {
    /// A game of which only the static checks are known.
    pub(super) fn new(file: String, checks: Vec<Check>) -> Self {
        let ok = checks.iter().all(|check| check.status != CheckStatus::Fail);
        Self {
            file,
            ok,
            wall_ms: 0,
            checks,
            rounds: Vec::new(),
            errors: Vec::new(),
            blocked: Vec::new(),
            console: Vec::new(),
            screenshots: Vec::new(),
        }
    }

    /// The check with this id.
    pub fn check(&self, id: &str) -> Option<&Check> {
        self.checks.iter().find(|check| check.id == id)
    }

    pub(super) fn take_evidence(&mut self, evidence: &Evidence) {
        for played in &evidence.rounds {
            let seen = &played.seen;
            let phases = seen.phases.iter().map(|PhaseSeen { phase, at_ms }| (phase.clone(), *at_ms)).collect();
            self.rounds.push(RoundReport {
                name: played.name.to_owned(),
                outcome: seen.outcome,
                ended_ms: seen.ended_ms,
                scores: seen.scores.clone(),
                phases,
                frames: seen.frames,
                median_frame_ms: seen.median_frame_ms,
                worst_frame_ms: seen.worst_frame_ms,
            });
            let round = || played.name.to_owned();
            for error in &seen.errors {
                let place = place_of(error);
                let entry = ErrorSeen {
                    round: round(),
                    message: error.message.clone(),
                    stack: error.stack.clone(),
                    line: place.map(|(line, _)| line),
                    column: place.map(|(_, column)| column),
                };
                keep(&mut self.errors, entry, MAX_ERRORS, |a, b| (&a.message, a.line) == (&b.message, b.line));
            }
            for blocked in &seen.blocked {
                let entry = ErrorSeen {
                    round: round(),
                    message: format!("{} ({})", blocked.url, blocked.directive),
                    stack: String::new(),
                    line: Some(blocked.line).filter(|line| *line > 0),
                    column: Some(blocked.column).filter(|column| *column > 0),
                };
                keep(&mut self.blocked, entry, MAX_ERRORS, |a, b| a.message == b.message && a.line == b.line);
            }
            for line in &seen.console {
                let (level, text) = (line.level.clone(), line.text.clone());
                let entry = ConsoleLine { round: round(), level, text, line: line.line };
                keep(&mut self.console, entry, MAX_CONSOLE, |a, b| {
                    (&a.level, &a.text, a.line) == (&b.level, &b.text, b.line)
                });
            }
        }
    }
}

fn keep<T>(list: &mut Vec<T>, entry: T, most: usize, same: impl Fn(&T, &T) -> bool) {
    if list.len() < most && !list.iter().any(|known| same(known, &entry)) {
        list.push(entry);
    }
}

/// The table.
impl fmt::Display for VerifyReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for game in &self.games {
            writeln!(f, "{game}")?;
        }
        if self.games.len() > 1 {
            let passed = self.games.iter().filter(|game| game.ok).count();
            let seconds = self.wall_ms as f64 / 1000.0;
            writeln!(f, "{passed} of {} games passed in {seconds:.1} s", self.games.len())?;
        }
        Ok(())
    }
}

impl fmt::Display for GameReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |status| self.checks.iter().filter(|check| check.status == status).count();
        let verdict = match (count(CheckStatus::Fail), count(CheckStatus::Warn)) {
            (0, 0) => "passed".to_owned(),
            (0, warnings) => format!("passed with {warnings} to look at"),
            (failures, _) => format!("FAILED ({failures} to mend)"),
        };
        writeln!(f, "{}: {verdict}, {:.1} s", self.file, self.wall_ms as f64 / 1000.0)?;
        for check in &self.checks {
            writeln!(f, "{}", row(check, &self.file)?)?;
        }
        for error in self.errors.iter().skip(1) {
            let line = error.line.map(|line| format!(", line {line}")).unwrap_or_default();
            writeln!(f, "  also  {}{line} ({})", error.message, error.round)?;
        }
        for line in self.console.iter().filter(|line| ["error", "warning", "assert"].contains(&line.level.as_str())) {
            let at = line.line.map(|line| format!(" (line {line})")).unwrap_or_default();
            writeln!(f, "  console {}: {}{at}", line.level, line.text)?;
        }
        for path in &self.screenshots {
            writeln!(f, "  picture {path}")?;
        }
        Ok(())
    }
}

/// A check as people read it.
pub(crate) fn row(check: &Check, file: &str) -> Result<String, fmt::Error> {
    let mark = match check.status {
        CheckStatus::Pass => "ok  ",
        CheckStatus::Warn => "WARN",
        CheckStatus::Fail => "FAIL",
    };
    let mut row = format!("  {mark}  {:<20}{}", check.id, check.message);
    if let Some(line) = check.line {
        write!(row, "\n        at   {file}:{line}:{}", check.column.unwrap_or(1))?;
    }
    if let Some(hint) = check.hint.as_ref().filter(|_| check.status != CheckStatus::Pass) {
        write!(row, "\n        fix  {hint}")?;
    }
    Ok(row)
}
