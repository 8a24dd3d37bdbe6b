//! Scripts for virtual pads: a line an action, `TIME PAD ACTION …`.
//!
//! ```text
//! # milliseconds from the start, virtual pad 0 to N-1, what happens
//! 0     0  press south
//! 120   0  release south
//! 200   1  axis lx -0.5
//! 250   1  value l2 0.7
//! 400   2  tap east 5       # down, and up again after 5 ms
//! 900   3  unplug
//! 1400  3  plug
//! loop 2000                 # begins again every 2 s; without it the script runs once
//! ```

use crate::{
    protocol::rig::{Act, Deed, axis_report, button_report},
    virtual_pads::MAX_VIRTUAL,
};
use std::time::Duration;

/// Longest script, in steps.
const MAX_STEPS: usize = 100_000;
/// Shortest loop.
const MIN_LOOP: Duration = Duration::from_millis(10);

/// One action.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// From the start of the script, or of its turn.
    pub at: Duration,
    /// Virtual pad.
    pub pad: usize,
    /// What happens.
    pub deed: Deed,
}

/// A script.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Script {
    /// In the order of time; those of the same time in the order of their lines.
    pub steps: Vec<Step>,
    /// When it begins again.
    pub every: Option<Duration>,
}

/// A line that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct BadLine {
    /// From 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

impl Script {
    /// Reads a script for this many pads.
    ///
    /// # Errors
    /// The first line that is wrong.
    pub fn parse(text: &str, pads: usize) -> Result<Self, BadLine> {
        let mut script = Self::default();
        for (line, text) in (1..).zip(text.lines()) {
            let words: Vec<&str> = text.split('#').next().unwrap_or("").split_whitespace().collect();
            if !words.is_empty() {
                script.line(&words, pads.min(MAX_VIRTUAL)).map_err(|what| BadLine { line, what })?;
            }
        }
        script.steps.sort_by_key(|step| step.at);
        if let (Some(every), Some(last)) = (script.every, script.steps.last())
            && last.at > every
        {
            let line = text.lines().count();
            return Err(BadLine { line, what: "the loop begins again before its last step".to_owned() });
        }
        Ok(script)
    }

    fn line(&mut self, words: &[&str], pads: usize) -> Result<(), String> {
        if let ["loop", every] = words {
            let every = milliseconds(every)?;
            if every < MIN_LOOP {
                return Err(format!("a loop takes at least {} ms", MIN_LOOP.as_millis()));
            }
            self.every = Some(every);
            return Ok(());
        }
        let [at, pad, action @ ..] = words else { return Err("expected: TIME PAD ACTION".to_owned()) };
        let at = milliseconds(at)?;
        let pad = pad.parse().ok().filter(|pad| *pad < pads).ok_or_else(|| format!("there is no virtual pad {pad}"))?;
        let button =
            |name: &str, value| button_report(name, value).map(Deed::Report).map_err(|error| error.to_string());
        match action {
            ["press", name] => self.step(at, pad, button(name, 1.0)?),
            ["release", name] => self.step(at, pad, button(name, 0.0)?),
            ["value", name, value] => self.step(at, pad, button(name, number(value)?)?),
            ["tap", name, length] => {
                self.step(at, pad, button(name, 1.0)?)?;
                self.step(at + milliseconds(length)?, pad, button(name, 0.0)?)
            }
            ["axis", name, value] => {
                let report = axis_report(name, number(value)?).map_err(|error| error.to_string())?;
                self.step(at, pad, Deed::Report(report))
            }
            ["unplug"] => self.step(at, pad, Deed::Act(Act::Unplug)),
            ["plug"] => self.step(at, pad, Deed::Act(Act::Plug { serial: None, link: None })),
            _ => Err("expected: press, release, value, tap, axis, unplug or plug".to_owned()),
        }
    }

    fn step(&mut self, at: Duration, pad: usize, deed: Deed) -> Result<(), String> {
        if self.steps.len() == MAX_STEPS {
            return Err(format!("a script has at most {MAX_STEPS} steps"));
        }
        self.steps.push(Step { at, pad, deed });
        Ok(())
    }
}

fn milliseconds(word: &str) -> Result<Duration, String> {
    word.parse::<u32>().map(|ms| Duration::from_millis(ms.into())).map_err(|_| format!("{word:?} is no time in ms"))
}

fn number(word: &str) -> Result<f32, String> {
    word.parse().map_err(|_| format!("{word:?} is no number"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::virtual_pads::Report;
    use proptest::prelude::*;

    #[test]
    fn steps_come_in_the_order_of_time() {
        let script =
            Script::parse("# a demo\n50 1 axis lx -0.5\n\n10 0 tap south 5 # quick\nloop 60\n", 2).expect("good");
        let steps: Vec<(u128, Deed)> = script.steps.iter().map(|s| (s.at.as_millis(), s.deed.clone())).collect();
        assert_eq!(
            steps,
            [
                (10, Deed::Report(Report::Button(0, 1.0))),
                (15, Deed::Report(Report::Button(0, 0.0))),
                (50, Deed::Report(Report::Axis(0, -0.5))),
            ]
        );
        assert_eq!(script.every, Some(Duration::from_millis(60)));
    }

    #[test]
    fn a_wrong_line_is_named() {
        for (text, line) in [
            ("0 0 press south\n0 2 press south", 2),
            ("0 0 press turbo", 1),
            ("\n\n-1 0 unplug", 3),
            ("0 0 axis lx 2", 1),
            ("0 0", 1),
            ("loop 1", 1),
            ("100 0 plug\nloop 50", 2),
        ] {
            assert_eq!(Script::parse(text, 2).expect_err(text).line, line, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_can_be_tried(text in "[0-9a-z# .\\n-]{0,80}") {
            Script::parse(&text, 4).ok();
        }
    }
}
