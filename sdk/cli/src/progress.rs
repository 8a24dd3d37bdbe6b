//! What a person sees while waiting: on a terminal only, never among answers for programs.

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::{io::IsTerminal, time::Duration};

/// How often a bar moves by itself.
const TICK: Duration = Duration::from_millis(120);

/// Bars on the error output, if that is a terminal and a person reads it.
#[derive(Debug)]
pub struct Progress {
    bars: MultiProgress,
}

/// The bar of one piece of work.
#[derive(Debug)]
pub struct Bar(ProgressBar);

impl Progress {
    /// `quiet`: the reader is a program.
    pub fn new(quiet: bool) -> Self {
        let shown = !quiet && std::io::stderr().is_terminal();
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Self { bars: MultiProgress::with_draw_target(target) }
    }

    /// A game that is being played.
    pub fn game(&self, name: &str, rounds: u64) -> Bar {
        self.bar(name, rounds, "{spinner} {msg} {bar:24} {pos}/{len} rounds, {elapsed}")
    }

    /// Bytes that are being sent.
    pub fn upload(&self, name: &str, bytes: u64) -> Bar {
        self.bar(name, bytes, "{spinner} {msg} {bar:24} {bytes}/{total_bytes}")
    }

    fn bar(&self, name: &str, length: u64, template: &str) -> Bar {
        let bar = self.bars.add(ProgressBar::new(length));
        // Templates of our own: a wrong one would show in every test run.
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(name.to_owned());
        bar.enable_steady_tick(TICK);
        Bar(bar)
    }
}

impl Bar {
    /// One round more.
    pub fn step(&self) {
        self.0.inc(1);
    }

    /// So many bytes in all.
    pub fn set_length(&self, length: u64) {
        self.0.set_length(length);
    }

    /// So many bytes by now.
    pub fn at(&self, position: u64) {
        self.0.set_position(position);
    }

    /// Done; the bar goes.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}
