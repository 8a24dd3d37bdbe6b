//! The thread of the pads: looks at SDL up to 4,000 times a second, feeds the model, publishes what changed, and carries out
//! orders. All `unsafe` of the daemon is in the modules below.

pub mod bare;
mod link;
mod schedule;
mod sdl;
mod virtual_device;

use crate::{
    hub::{Effect, Order, Source},
    model::{News, PadInfo, Pads, identity::Link},
    pads_file::PadsFile,
    protocol::{
        messages::{Event, Refusal},
        rig::Act,
    },
};
use sdl::{Happening, Sdl};
use std::{
    collections::HashSet,
    path::PathBuf,
    time::{Duration, Instant},
};
use virtual_device::Devices;

/// How long to sleep between two looks while somebody plays. SDL itself would sleep 1 ms.
const PLAYING_LOOK: Duration = Duration::from_micros(250);
/// How long to sleep between two looks when nothing moved for a moment.
const RESTING_LOOK: Duration = Duration::from_millis(1);
/// Nothing moved for so long: a moment.
const REST_AFTER: Duration = Duration::from_secs(2);
/// How long to sleep between two looks when the pads lie on the table: what a look costs is mostly the waking up. A DualShock 4
/// on a cable reports as often.
const TABLE_LOOK: Duration = Duration::from_millis(4);
/// Nothing moved for so long: they do.
const TABLE_AFTER: Duration = Duration::from_secs(10);
/// Looks at SDL in one turn, so that orders and states never wait for a driver of virtual pads that is faster than SDL.
const LOOKS_A_TURN: usize = 64;
/// How often measured rates are told.
const RATES_EVERY: Duration = Duration::from_secs(5);

/// What the backend is told at its start.
#[derive(Debug)]
pub struct Settings {
    /// Mapping file in the form of SDL's gamecontrollerdb.txt.
    pub mappings: Option<PathBuf>,
    /// Effects and motion also over Bluetooth.
    pub bluetooth_effects: bool,
    /// The numbers of before, and where those of now are kept.
    pub pads_file: PadsFile,
}

/// Why there are no pads.
#[derive(Debug, thiserror::Error)]
pub enum BackendError {
    /// SDL does not start.
    #[error("SDL does not start: {0}")]
    Start(String),
    /// The mapping file cannot be used.
    #[error("the mappings in {} cannot be used: {why}", path.display())]
    Mappings {
        /// The file.
        path: PathBuf,
        /// What SDL says.
        why: String,
    },
    /// A virtual pad cannot be made.
    #[error("a virtual pad cannot be made: {0}")]
    Virtual(String),
}

/// SDL, the model, and the way out.
pub struct Backend {
    // Before `sdl`: the devices have to go while SDL is there.
    devices: Devices,
    sdl: Sdl,
    pads: Pads,
    source: Source,
    settings: Settings,
    published: u32,
    moved: Instant,
    motion_on: bool,
    rates_told: Instant,
    last_rates: Option<Event>,
}

impl Backend {
    /// Starts SDL on this thread; on macOS that has to be the main one.
    ///
    /// # Errors
    /// SDL does not start, or the mappings or a virtual pad do not work.
    pub fn start(source: Source, settings: Settings) -> Result<Self, BackendError> {
        let sdl = Sdl::start(settings.bluetooth_effects).map_err(BackendError::Start)?;
        tracing::info!(sdl = sdl::version(), "SDL is up");
        if let Some(path) = &settings.mappings {
            let count = sdl.load_mappings(path).map_err(|why| BackendError::Mappings { path: path.clone(), why })?;
            tracing::info!(count, path = %path.display(), "mappings loaded");
        }
        let devices = Devices::attach(&source.rig).map_err(BackendError::Virtual)?;
        let now = Instant::now();
        let mut backend = Self {
            devices,
            sdl,
            pads: Pads::with_numbers_of(&settings.pads_file.known),
            source,
            settings,
            published: 0,
            moved: now,
            motion_on: false,
            rates_told: now,
            last_rates: None,
        };
        // The pads that are there already are news of the first look.
        backend.look();
        Ok(backend)
    }

    /// Goes on until `stopped` says so; it is asked at every turn.
    pub fn run(&mut self, stopped: impl Fn() -> bool) {
        // Not before: threads that SDL starts take after the one that starts them.
        schedule::run_promptly();
        while !stopped() {
            self.turn();
        }
    }

    /// Looks for this long with everything on that helps to measure, and gives the pads.
    pub fn survey(&mut self, length: Duration) -> Vec<PadInfo> {
        let until = Instant::now() + length;
        self.set_motion(true);
        while Instant::now() < until {
            self.wait_for_order();
            self.look();
        }
        self.set_motion(false);
        self.pads.infos()
    }

    fn turn(&mut self) {
        self.wait_for_order();
        if self.motion_on != self.source.motion_wanted() {
            self.set_motion(!self.motion_on);
        }
        self.look();
        if self.rates_told.elapsed() > RATES_EVERY {
            self.rates_told = Instant::now();
            self.tell_rates();
        }
    }

    fn wait_for_order(&mut self) {
        let look = match self.moved.elapsed() {
            still if still < REST_AFTER => PLAYING_LOOK,
            still if still < TABLE_AFTER => RESTING_LOOK,
            _ => TABLE_LOOK,
        };
        let mut wait = if self.devices.have_reports() { Duration::ZERO } else { look };
        while let Some(order) = self.source.next_order(wait) {
            wait = Duration::ZERO;
            match order {
                Order::Effect(pad, effect, answer) => {
                    // Who does not wait for the answer is gone.
                    answer.send(self.effect(pad, effect)).ok();
                }
                Order::Rig(pad, act, answer) => {
                    answer.send(self.act(pad, act)).ok();
                }
                Order::Wake => {}
            }
        }
    }

    /// Reads all that waits in SDL, and publishes what became of it.
    fn look(&mut self) {
        for _ in 0..LOOKS_A_TURN {
            self.sdl.pump();
            let now_us = self.source.clock.now_us();
            let mut reporting = HashSet::new();
            while let Some(happening) = self.sdl.next() {
                self.happened(happening, now_us, &mut reporting);
            }
            for instance in reporting {
                self.pads.report(instance, now_us);
                self.moved = Instant::now();
            }
            if !self.devices.have_reports() {
                break;
            }
        }
        if self.pads.seq() != self.published {
            self.published = self.pads.seq();
            self.source.state(self.pads.snapshot());
        }
    }

    fn happened(&mut self, happening: Happening, now_us: u64, reporting: &mut HashSet<i32>) {
        match happening {
            Happening::Input(instance, input) => {
                reporting.insert(instance);
                self.pads.input(instance, input, now_us);
            }
            Happening::Came(index) => self.came(index, now_us),
            Happening::Gone(instance) => {
                let news = self.pads.detach(instance, now_us);
                self.sdl.close(instance);
                if let Some(News::Disconnected(number)) = &news {
                    tracing::info!(number, "a pad is gone");
                }
                self.tell(news);
            }
            Happening::Battery(instance, battery) => {
                let news = self.pads.battery(instance, battery);
                self.tell(news);
            }
            Happening::Remapped(instance) => {
                if let (Some(number), Some(device)) = (self.pads.number_of(instance), self.sdl.describe(instance)) {
                    let (name, guid) = (device.name, device.identity.guid);
                    self.source.tell(&Event::Mapping { number: Some(number), name, guid, mapped: true });
                }
            }
            Happening::Unmapped { name, guid } => {
                tracing::warn!(name, guid, "this device has no mapping; give it one with --mappings");
                self.source.tell(&Event::Mapping { number: None, name, guid, mapped: false });
            }
        }
    }

    fn came(&mut self, index: i32, now_us: u64) {
        let (instance, mut facts) = match self.sdl.open(index) {
            Ok(opened) => opened,
            Err(error) => return tracing::warn!(error, "a pad cannot be opened"),
        };
        self.devices.disguise(instance, &mut facts.identity);
        facts.motion = facts.motion && self.may_touch(facts.identity.link);
        let (name, link, battery) = (facts.name.clone(), facts.identity.link, facts.battery);
        match self.pads.attach(instance, facts, now_us) {
            Some(news) => {
                let number = self.pads.number_of(instance);
                tracing::info!(number, name, ?link, ?battery, "a pad is there");
                self.sync_motion(instance);
                self.tell(Some(news));
                self.settings.pads_file.keep(self.pads.known());
            }
            None => tracing::warn!(name, "there are too many pads; this one is not used"),
        }
    }

    fn tell(&self, news: Option<News>) {
        if let Some(news) = news {
            self.source.infos(self.pads.infos());
            self.source.tell(&Event::from(news));
        }
    }

    fn tell_rates(&mut self) {
        let infos = self.pads.infos();
        let rates = Event::rates(&infos);
        if rates != self.last_rates {
            self.source.infos(infos);
            rates.iter().for_each(|rates| self.source.tell(rates));
            self.last_rates = rates;
        }
    }

    /// Effects and sensors switch a pad on Bluetooth into another mode until its power is cycled, which can disturb other
    /// readers such as the browser.
    fn may_touch(&self, link: Link) -> bool {
        self.settings.bluetooth_effects || matches!(link, Link::Usb | Link::Virtual)
    }

    fn set_motion(&mut self, on: bool) {
        self.motion_on = on;
        for info in self.pads.infos() {
            if let Some(instance) = self.pads.instance_of(info.number) {
                self.sync_motion(instance);
            }
        }
    }

    fn sync_motion(&mut self, instance: i32) {
        let link = self.pads.number_of(instance).and_then(|number| self.pads.link_of(number));
        if link.is_some_and(|link| self.may_touch(link)) {
            self.sdl.set_motion(instance, self.motion_on);
        }
    }

    fn effect(&mut self, pad: u16, effect: Effect) -> Result<(), Refusal> {
        let link = self.pads.link_of(pad).ok_or(Refusal::UnknownPad(pad))?;
        let instance = self.pads.instance_of(pad).ok_or(Refusal::PadGone(pad))?;
        if !self.may_touch(link) {
            return Err(Refusal::BluetoothEffectsOff(pad));
        }
        self.sdl.effect(instance, effect).map_err(|why| Refusal::Unsupported { pad, why })
    }

    fn act(&mut self, pad: usize, act: Act) -> Result<(), Refusal> {
        // What was reported before comes first.
        while self.devices.has_reports(pad) {
            self.look();
        }
        match act {
            Act::Unplug => self.devices.unplug(pad)?,
            Act::Plug { serial, link } => self.devices.plug(pad, serial, link)?,
            Act::Inputs(inputs) => {
                let instance = self.devices.instance(pad)?;
                inputs.into_iter().try_for_each(|input| self.sdl.push_input(instance, input))?;
            }
            Act::Battery(level) => self.sdl.push_battery(self.devices.instance(pad)?, level)?,
        }
        self.look();
        Ok(())
    }
}

/// Version of the SDL that runs.
#[must_use]
pub fn sdl_version() -> String {
    sdl::version()
}
