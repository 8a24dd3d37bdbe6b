//! The pads as plain Rust: who they are, what is pressed, how often each was. No SDL, no sockets, no clock of its own.
//!
//! Invariants, held by the tests at the foot:
//! - a pad keeps its number, whatever comes and goes around it;
//! - a pad that is not connected has nothing held;
//! - press counters only ever go up (modulo 65,536), also across a disconnect.

pub mod identity;
pub mod pad;
pub mod rate;

#[cfg(test)]
mod tests;

use identity::{Identity, Instance, Known, Link, Roster};
use pad::{Input, PadState};
use rate::RateMeter;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, btree_map::Entry};

/// Number of the first pad in the session; contract §5: the daemon's pads are 100 + n.
pub const FIRST_NUMBER: u16 = 100;
/// Pads that are known at the same time, connected or not. Beyond the four seats there is room for pads in the drawer;
/// past it the one that is gone longest loses its number.
pub const MAX_PADS: usize = 16;

/// What SDL says about the charge of a pad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Battery {
    /// Not told.
    Unknown,
    /// At most 5 %.
    Empty,
    /// At most 20 %.
    Low,
    /// At most 70 %.
    Medium,
    /// More than 70 %.
    Full,
    /// Powered by its cable.
    Wired,
}

/// What stays the same while a pad is connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Name as SDL has it.
    pub name: String,
    /// Who it is.
    pub identity: Identity,
    /// USB vendor and product, 0 where unknown.
    pub vendor: u16,
    /// See `vendor`.
    pub product: u16,
    /// Whether it can rumble now (a pad on Bluetooth may have to be switched first).
    pub rumble: bool,
    /// Whether it has a light.
    pub light: bool,
    /// Whether it has motion sensors that may be used.
    pub motion: bool,
    /// Charge.
    pub battery: Battery,
}

/// One pad, for people and for clients' lists.
#[derive(Debug, Clone, PartialEq)]
pub struct PadInfo {
    /// 100 + n.
    pub number: u16,
    /// Whether it is there.
    pub connected: bool,
    /// See [`Facts`].
    pub facts: Facts,
    /// Reports per second, measured while it moves; `None` until enough came.
    pub report_hz: Option<f32>,
    /// Mean deviation of the time between two reports, in milliseconds.
    pub jitter_ms: Option<f32>,
}

/// What is told to clients beside the states.
#[derive(Debug, Clone, PartialEq)]
pub enum News {
    /// A pad came, or came back.
    Connected(PadInfo),
    /// A pad is gone; its state is zero already.
    Disconnected(u16),
    /// Its charge changed.
    Battery(u16, Battery),
}

/// All pads at one moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Snapshot {
    /// Grows with every change.
    pub seq: u32,
    /// `seq` of the last change of anything but motion and touch.
    pub plain_seq: u32,
    /// Ascending by number.
    pub pads: Vec<PadState>,
}

struct Pad {
    state: PadState,
    facts: Facts,
    rate: RateMeter,
}

/// The pads of this session.
#[derive(Default)]
pub struct Pads {
    roster: Roster,
    /// By place in the roster; those that were seen in this run.
    pads: BTreeMap<usize, Pad>,
    seq: u32,
    plain_seq: u32,
}

impl Pads {
    /// No pads.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// No pads yet, but the numbers of those that were known before.
    #[must_use]
    pub fn with_numbers_of(known: &[Known]) -> Self {
        Self { roster: Roster::restored(known), ..Self::default() }
    }

    /// What the next run has to know.
    #[must_use]
    pub fn known(&self) -> Vec<Known> {
        self.roster.known_pads()
    }

    /// A pad came, came back, or counts over a newer link from now on. `None` when [`MAX_PADS`] are connected already.
    pub fn attach(&mut self, instance: Instance, facts: Facts, now_us: u64) -> Option<News> {
        let place = self.roster.attach(instance, &facts.identity)?;
        let pad = match self.pads.entry(place) {
            Entry::Vacant(free) => {
                let state = PadState::new(number_of(place));
                free.insert(Pad { state, facts, rate: RateMeter::default() })
            }
            Entry::Occupied(known) => {
                let pad = known.into_mut();
                // Whatever was held over another link is let go; the new link will say what is held.
                pad.state.release(now_us);
                pad.facts = facts;
                pad.rate = RateMeter::default();
                pad
            }
        };
        pad.state.connect(now_us);
        let info = info(place, pad);
        self.changed(true);
        Some(News::Connected(info))
    }

    /// A pad, or one link of it, is gone.
    pub fn detach(&mut self, instance: Instance, now_us: u64) -> Option<News> {
        let (place, still_here) = self.roster.detach(instance)?;
        let pad = self.pads.get_mut(&place)?;
        pad.state.release(now_us);
        pad.rate = RateMeter::default();
        if !still_here {
            pad.state.disconnect();
        }
        self.changed(true);
        (!still_here).then(|| News::Disconnected(number_of(place)))
    }

    /// Something moved on a pad. Unknown instances, and older links of a pad, are ignored.
    pub fn input(&mut self, instance: Instance, input: Input, now_us: u64) {
        let Some(place) = self.roster.active_place_of(instance) else { return };
        let is_motion = input.is_motion();
        if self.pads.get_mut(&place).is_some_and(|pad| pad.state.apply(input, now_us)) {
            self.changed(!is_motion);
        }
    }

    /// A report of this pad was read; the measure of its rate.
    pub fn report(&mut self, instance: Instance, now_us: u64) {
        let place = self.roster.active_place_of(instance);
        if let Some(pad) = place.and_then(|place| self.pads.get_mut(&place)) {
            pad.rate.report(now_us);
        }
    }

    /// A pad's charge.
    pub fn battery(&mut self, instance: Instance, battery: Battery) -> Option<News> {
        let place = self.roster.active_place_of(instance)?;
        let known = &mut self.pads.get_mut(&place)?.facts.battery;
        if *known == battery {
            return None;
        }
        *known = battery;
        Some(News::Battery(number_of(place), battery))
    }

    /// Which SDL instance has this number now.
    #[must_use]
    pub fn instance_of(&self, number: u16) -> Option<Instance> {
        self.roster.active_instance_at(usize::from(number.checked_sub(FIRST_NUMBER)?))
    }

    /// The number of an instance that counts.
    #[must_use]
    pub fn number_of(&self, instance: Instance) -> Option<u16> {
        self.roster.active_place_of(instance).map(number_of)
    }

    /// Whether a pad of this run has this number.
    #[must_use]
    pub fn knows(&self, number: u16) -> bool {
        number.checked_sub(FIRST_NUMBER).is_some_and(|place| self.pads.contains_key(&place.into()))
    }

    /// Every pad of this session.
    #[must_use]
    pub fn infos(&self) -> Vec<PadInfo> {
        self.pads.iter().map(|(place, pad)| info(*place, pad)).collect()
    }

    /// The link over which a number is served.
    #[must_use]
    pub fn link_of(&self, number: u16) -> Option<Link> {
        let place = usize::from(number.checked_sub(FIRST_NUMBER)?);
        self.pads.get(&place).map(|pad| pad.facts.identity.link)
    }

    /// Grows with every change.
    #[must_use]
    pub fn seq(&self) -> u32 {
        self.seq
    }

    /// All states.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            seq: self.seq,
            plain_seq: self.plain_seq,
            pads: self.pads.values().map(|pad| pad.state.clone()).collect(),
        }
    }

    fn changed(&mut self, plainly: bool) {
        self.seq = self.seq.wrapping_add(1);
        if plainly {
            self.plain_seq = self.seq;
        }
    }
}

fn info(place: usize, pad: &Pad) -> PadInfo {
    let measured = pad.rate.measure();
    PadInfo {
        number: number_of(place),
        connected: pad.state.connected,
        facts: pad.facts.clone(),
        report_hz: measured.map(|measured| measured.hz),
        jitter_ms: measured.map(|measured| measured.jitter_ms),
    }
}

fn number_of(place: usize) -> u16 {
    // At most MAX_PADS places.
    FIRST_NUMBER + u16::try_from(place).unwrap_or(0)
}
