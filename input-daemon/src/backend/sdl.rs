//! SDL2 behind safe functions. Where the `sdl2` crate has what is needed it is used; events, serials, paths and charges are
//! read through `sdl2::sys`, because the crate has no battery event and cannot read a button that it does not know.
#![allow(unsafe_code, reason = "the edge to SDL")]

use super::link::{link_of, system_bus};
use crate::{
    hub::Effect,
    model::{
        Battery, Facts,
        identity::{Identity, normal_serial},
        pad::{FULL, Input, LEFT_TRIGGER},
    },
    protocol::messages::Refusal,
};
use sdl2::{
    EventSubsystem, GameControllerSubsystem,
    controller::GameController,
    hint,
    sensor::SensorType,
    sys::{self, SDL_EventType},
};
use std::{
    collections::HashMap,
    ffi::{CStr, c_char},
    mem::MaybeUninit,
    path::Path,
};

/// Events that are taken from SDL at once.
const BATCH: usize = 64;
/// Length of an id of the make as text, with its end.
const GUID_TEXT: usize = 33;
/// Standard button of each of SDL's buttons 0 to 14: A, B, X, Y, back, guide, start, sticks, shoulders, d-pad.
const STANDARD: [usize; 15] = [0, 1, 2, 3, 8, 16, 9, 10, 11, 4, 5, 12, 13, 14, 15];
const SDL_TOUCHPAD_BUTTON: u8 = 20;
const SDL_LEFT_TRIGGER: u8 = 4;

/// What SDL tells.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Happening {
    /// A pad, by its place in SDL's list at this moment.
    Came(i32),
    /// An instance.
    Gone(i32),
    /// An instance has another mapping.
    Remapped(i32),
    /// A device that is no pad for want of a mapping.
    Unmapped { name: String, guid: String },
    /// Something moved.
    Input(i32, Input),
    /// A charge.
    Battery(i32, Battery),
}

/// SDL, running.
pub(super) struct Sdl {
    pads: HashMap<i32, GameController>,
    controllers: GameControllerSubsystem,
    /// Read from the back.
    waiting: Vec<Happening>,
    _events: EventSubsystem,
    #[cfg(target_os = "macos")]
    _video: sdl2::VideoSubsystem,
}

/// SDL's version, of the library that runs.
pub(super) fn version() -> String {
    sdl2::version::version().to_string()
}

impl Sdl {
    /// Starts SDL on this thread.
    pub(super) fn start(bluetooth_effects: bool) -> Result<Self, String> {
        hint::set("SDL_NO_SIGNAL_HANDLERS", "1");
        hint::set("SDL_JOYSTICK_ALLOW_BACKGROUND_EVENTS", "1");
        // South is south, whatever is printed on it.
        hint::set("SDL_GAMECONTROLLER_USE_BUTTON_LABELS", "0");
        if bluetooth_effects {
            hint::set("SDL_JOYSTICK_HIDAPI_PS4_RUMBLE", "1");
            hint::set("SDL_JOYSTICK_HIDAPI_PS5_RUMBLE", "1");
        }
        let sdl = sdl2::init()?;
        // macOS tells of pads that are there already only with a video system.
        #[cfg(target_os = "macos")]
        let video = sdl.video()?;
        Ok(Self {
            pads: HashMap::new(),
            _events: sdl.event()?,
            controllers: sdl.game_controller()?,
            waiting: Vec::new(),
            #[cfg(target_os = "macos")]
            _video: video,
        })
    }

    /// Loads mappings; gives how many.
    pub(super) fn load_mappings(&self, path: &Path) -> Result<i32, String> {
        self.controllers.load_mappings(path).map_err(|error| error.to_string())
    }

    /// Has SDL read every pad once.
    pub(super) fn pump(&self) {
        // SAFETY: the event subsystem is up, and this is the thread that started it.
        unsafe { sys::SDL_PumpEvents() }
    }

    /// What the pump brought up, oldest first.
    pub(super) fn next(&mut self) -> Option<Happening> {
        while self.waiting.is_empty() {
            let mut batch = [const { MaybeUninit::<sys::SDL_Event>::uninit() }; BATCH];
            // SAFETY: there is room for as many events as are asked for.
            let count = unsafe {
                sys::SDL_PeepEvents(
                    batch.as_mut_ptr().cast(),
                    i32::try_from(BATCH).unwrap_or(1),
                    sys::SDL_eventaction::SDL_GETEVENT,
                    SDL_EventType::SDL_FIRSTEVENT as u32,
                    SDL_EventType::SDL_LASTEVENT as u32,
                )
            };
            let count = usize::try_from(count).ok().filter(|count| *count > 0)?;
            for event in &batch[..count] {
                // SAFETY: SDL has written the first `count` events; unions of plain numbers.
                let happening = unsafe { read(event.assume_init_ref()) };
                self.waiting.extend(happening);
            }
            self.waiting.reverse();
        }
        self.waiting.pop()
    }

    /// Opens the pad at a place of SDL's list, once.
    pub(super) fn open(&mut self, index: i32) -> Result<(i32, Facts), String> {
        let index = u32::try_from(index).map_err(|error| error.to_string())?;
        let pad = self.controllers.open(index).map_err(|error| error.to_string())?;
        let instance = i32::try_from(pad.instance_id()).map_err(|error| error.to_string())?;
        if self.pads.contains_key(&instance) {
            return Err("it is open already".to_owned());
        }
        self.pads.insert(instance, pad);
        let facts = self.describe(instance).ok_or("it is gone already")?;
        Ok((instance, facts))
    }

    /// Closes a pad.
    pub(super) fn close(&mut self, instance: i32) {
        self.pads.remove(&instance);
    }

    /// What a pad is.
    pub(super) fn describe(&self, instance: i32) -> Option<Facts> {
        let pad = self.pads.get(&instance)?;
        // SAFETY: the pad is open, so the pointers live; the texts are copied at once.
        let (serial, path, battery, guid) = unsafe {
            let raw = sys::SDL_GameControllerFromInstanceID(instance);
            if raw.is_null() {
                return None;
            }
            let joystick = sys::SDL_GameControllerGetJoystick(raw);
            (
                text(sys::SDL_GameControllerGetSerial(raw)),
                text(sys::SDL_GameControllerPath(raw)),
                battery(sys::SDL_JoystickCurrentPowerLevel(joystick) as i32),
                sys::SDL_JoystickGetGUID(joystick),
            )
        };
        let link = link_of(&guid.data, path.as_deref().and_then(system_bus), battery);
        let serial = serial.as_deref().and_then(normal_serial);
        Some(Facts {
            name: pad.name(),
            identity: Identity { serial, guid: guid_text(guid), path, link },
            vendor: pad.vendor_id().unwrap_or(0),
            product: pad.product_id().unwrap_or(0),
            rumble: pad.has_rumble(),
            light: pad.has_led(),
            motion: pad.has_sensor(SensorType::Gyroscope) || pad.has_sensor(SensorType::Accelerometer),
            battery,
        })
    }

    /// Turns the motion sensors of a pad on or off, where it has some.
    pub(super) fn set_motion(&mut self, instance: i32, on: bool) {
        let Some(pad) = self.pads.get_mut(&instance) else { return };
        for sensor in [SensorType::Gyroscope, SensorType::Accelerometer] {
            if pad.has_sensor(sensor)
                && let Err(error) = pad.sensor_set_enabled(sensor, on)
            {
                tracing::warn!(%error, ?sensor, "a sensor cannot be switched");
            }
        }
    }

    /// An effect on a pad; what SDL says when it cannot.
    pub(super) fn effect(&mut self, instance: i32, effect: Effect) -> Result<(), String> {
        let pad = self.pads.get_mut(&instance).ok_or("it is closed")?;
        let done = match effect {
            Effect::Rumble(strong, weak, length) => {
                pad.set_rumble(strong, weak, u32::try_from(length.as_millis()).unwrap_or(u32::MAX))
            }
            Effect::Light(red, green, blue) => pad.set_led(red, green, blue),
            Effect::Player(index) => pad.set_player_index(index.map(u32::from)),
        };
        done.map_err(|error| error.to_string())
    }

    /// Has SDL tell of an input that its virtual pads cannot make: motion and touch.
    pub(super) fn push_input(&mut self, instance: i32, input: Input) -> Result<(), Refusal> {
        let sensor = |sensor: i32, data: [f32; 3]| sys::SDL_Event {
            csensor: sys::SDL_ControllerSensorEvent {
                type_: SDL_EventType::SDL_CONTROLLERSENSORUPDATE as u32,
                timestamp: 0,
                which: instance,
                sensor,
                data,
                timestamp_us: 0,
            },
        };
        let mut event = match input {
            Input::Accel(data) => sensor(sys::SDL_SensorType::SDL_SENSOR_ACCEL as i32, data),
            Input::Gyro(data) => sensor(sys::SDL_SensorType::SDL_SENSOR_GYRO as i32, data),
            Input::Touch { finger, down, x, y } => sys::SDL_Event {
                ctouchpad: sys::SDL_ControllerTouchpadEvent {
                    type_: if down {
                        SDL_EventType::SDL_CONTROLLERTOUCHPADDOWN as u32
                    } else {
                        SDL_EventType::SDL_CONTROLLERTOUCHPADUP as u32
                    },
                    timestamp: 0,
                    which: instance,
                    touchpad: 0,
                    finger: i32::try_from(finger).unwrap_or(0),
                    x,
                    y,
                    pressure: 1.0,
                },
            },
            Input::Axis(..) | Input::Button(..) | Input::TouchClick(_) => {
                return Err(Refusal::BadMessage("that is a report".to_owned()));
            }
        };
        push(&mut event)
    }

    /// Has SDL tell of a charge.
    pub(super) fn push_battery(&mut self, instance: i32, battery: Battery) -> Result<(), Refusal> {
        use sys::SDL_JoystickPowerLevel as Level;
        let level = match battery {
            Battery::Unknown => Level::SDL_JOYSTICK_POWER_UNKNOWN,
            Battery::Empty => Level::SDL_JOYSTICK_POWER_EMPTY,
            Battery::Low => Level::SDL_JOYSTICK_POWER_LOW,
            Battery::Medium => Level::SDL_JOYSTICK_POWER_MEDIUM,
            Battery::Full => Level::SDL_JOYSTICK_POWER_FULL,
            Battery::Wired => Level::SDL_JOYSTICK_POWER_WIRED,
        };
        let type_ = SDL_EventType::SDL_JOYBATTERYUPDATED as u32;
        push(&mut sys::SDL_Event { jbattery: sys::SDL_JoyBatteryEvent { type_, timestamp: 0, which: instance, level } })
    }
}

fn push(event: &mut sys::SDL_Event) -> Result<(), Refusal> {
    // SAFETY: SDL copies the event.
    if unsafe { sys::SDL_PushEvent(event) } < 0 { Err(Refusal::Busy) } else { Ok(()) }
}

/// # Safety
/// SDL has written the event.
unsafe fn read(event: &sys::SDL_Event) -> Option<Happening> {
    const fn kind(kind: SDL_EventType) -> u32 {
        kind as u32
    }
    const AXIS: u32 = kind(SDL_EventType::SDL_CONTROLLERAXISMOTION);
    const DOWN: u32 = kind(SDL_EventType::SDL_CONTROLLERBUTTONDOWN);
    const UP: u32 = kind(SDL_EventType::SDL_CONTROLLERBUTTONUP);
    const CAME: u32 = kind(SDL_EventType::SDL_CONTROLLERDEVICEADDED);
    const GONE: u32 = kind(SDL_EventType::SDL_CONTROLLERDEVICEREMOVED);
    const REMAPPED: u32 = kind(SDL_EventType::SDL_CONTROLLERDEVICEREMAPPED);
    const TOUCH_DOWN: u32 = kind(SDL_EventType::SDL_CONTROLLERTOUCHPADDOWN);
    const TOUCH_MOVE: u32 = kind(SDL_EventType::SDL_CONTROLLERTOUCHPADMOTION);
    const TOUCH_UP: u32 = kind(SDL_EventType::SDL_CONTROLLERTOUCHPADUP);
    const SENSOR: u32 = kind(SDL_EventType::SDL_CONTROLLERSENSORUPDATE);
    const BATTERY: u32 = kind(SDL_EventType::SDL_JOYBATTERYUPDATED);
    const DEVICE: u32 = kind(SDL_EventType::SDL_JOYDEVICEADDED);
    // SAFETY: the type says which of the union's parts was written.
    unsafe {
        Some(match event.type_ {
            AXIS => Happening::Input(event.caxis.which, axis(event.caxis.axis, event.caxis.value)?),
            kind @ (DOWN | UP) => Happening::Input(event.cbutton.which, button(event.cbutton.button, kind == DOWN)?),
            CAME => Happening::Came(event.cdevice.which),
            GONE => Happening::Gone(event.cdevice.which),
            REMAPPED => Happening::Remapped(event.cdevice.which),
            kind @ (TOUCH_DOWN | TOUCH_MOVE | TOUCH_UP) => {
                let touch = &event.ctouchpad;
                let finger = usize::try_from(touch.finger).ok().filter(|_| touch.touchpad == 0)?;
                Happening::Input(touch.which, Input::Touch { finger, down: kind != TOUCH_UP, x: touch.x, y: touch.y })
            }
            SENSOR => Happening::Input(event.csensor.which, sensor(event.csensor.sensor, event.csensor.data)?),
            BATTERY => {
                // Read as a number: one that the crate's enum does not have would be no value of it.
                let level = (&raw const event.jbattery.level).cast::<i32>().read();
                Happening::Battery(event.jbattery.which, battery(level))
            }
            DEVICE if sys::SDL_IsGameController(event.jdevice.which) == sys::SDL_bool::SDL_FALSE => {
                let index = event.jdevice.which;
                let name = text(sys::SDL_JoystickNameForIndex(index)).unwrap_or_default();
                Happening::Unmapped { name, guid: guid_text(sys::SDL_JoystickGetDeviceGUID(index)) }
            }
            _ => return None,
        })
    }
}

fn axis(axis: u8, value: i16) -> Option<Input> {
    match axis {
        0..SDL_LEFT_TRIGGER => Some(Input::Axis(axis.into(), value)),
        4 | 5 => Some(Input::Button(usize::from(axis - SDL_LEFT_TRIGGER) + LEFT_TRIGGER, value)),
        _ => None,
    }
}

fn button(button: u8, down: bool) -> Option<Input> {
    if button == SDL_TOUCHPAD_BUTTON {
        return Some(Input::TouchClick(down));
    }
    let place = STANDARD.get(usize::from(button))?;
    Some(Input::Button(*place, if down { FULL } else { 0 }))
}

fn sensor(sensor: i32, data: [f32; 3]) -> Option<Input> {
    const ACCEL: i32 = sys::SDL_SensorType::SDL_SENSOR_ACCEL as i32;
    const GYRO: i32 = sys::SDL_SensorType::SDL_SENSOR_GYRO as i32;
    match sensor {
        ACCEL => Some(Input::Accel(data)),
        GYRO => Some(Input::Gyro(data)),
        _ => None,
    }
}

fn battery(level: i32) -> Battery {
    match level {
        0 => Battery::Empty,
        1 => Battery::Low,
        2 => Battery::Medium,
        3 => Battery::Full,
        4 => Battery::Wired,
        _ => Battery::Unknown,
    }
}

/// # Safety
/// Null, or a text of SDL that lives until the next call.
unsafe fn text(text: *const c_char) -> Option<String> {
    // SAFETY: not null here, and ended by a zero.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned())
}

fn guid_text(guid: sys::SDL_JoystickGUID) -> String {
    let mut letters = [0; GUID_TEXT];
    let room = i32::try_from(GUID_TEXT).unwrap_or(0);
    // SAFETY: SDL writes at most as many letters as there is room for, and ends them.
    unsafe {
        sys::SDL_JoystickGetGUIDString(guid, letters.as_mut_ptr(), room);
        text(letters.as_ptr()).unwrap_or_default()
    }
}
