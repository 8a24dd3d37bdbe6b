//! SDL devices made of [`VirtualPad`]s: SDL maps and types them as a PS4 pad, so that everything above runs as it does with a
//! real one.
#![allow(unsafe_code, reason = "the edge to SDL")]

use crate::{
    model::identity::{Identity, Link, normal_serial},
    protocol::messages::Refusal,
    virtual_pads::{RawReport, VirtualPad},
};
use sdl2::sys;
use std::{
    ffi::{c_int, c_void},
    sync::{
        Arc,
        atomic::{AtomicI32, Ordering},
    },
};

/// Sony.
const VENDOR: u16 = 0x054c;
/// DualShock 4, the newer one.
const PRODUCT: u16 = 0x09cc;
/// Two sticks, two triggers.
const AXES: u16 = 6;
/// As many as SDL maps of such a pad.
const BUTTONS: u16 = 17;
const NAME: &std::ffi::CStr = c"PS4 Controller";
/// The instance of a pad that is unplugged.
const NONE: i32 = -1;

/// All virtual devices. They are taken out of SDL on drop.
pub(super) struct Devices(Vec<Device>);

struct Device {
    /// SDL has its address as long as the device is plugged in.
    wire: Box<Wire>,
    serial: Option<String>,
    link: Link,
}

struct Wire {
    pad: Arc<VirtualPad>,
    instance: AtomicI32,
}

impl Devices {
    /// Plugs all in.
    pub(super) fn attach(pads: &[Arc<VirtualPad>]) -> Result<Self, String> {
        let mut devices = Self(Vec::new());
        for (index, pad) in pads.iter().enumerate() {
            let wire = Box::new(Wire { pad: Arc::clone(pad), instance: AtomicI32::new(NONE) });
            let mut device = Device { wire, serial: Some(format!("virtual-{index}")), link: Link::Virtual };
            device.plug()?;
            devices.0.push(device);
        }
        Ok(devices)
    }

    /// Whether any pad has reports that wait.
    pub(super) fn have_reports(&self) -> bool {
        self.0.iter().any(Device::has_reports)
    }

    /// Whether this pad has.
    pub(super) fn has_reports(&self, pad: usize) -> bool {
        self.0.get(pad).is_some_and(Device::has_reports)
    }

    /// Gives a virtual pad the identity that was injected; SDL's have none.
    pub(super) fn disguise(&self, instance: i32, identity: &mut Identity) {
        if let Some(device) = self.0.iter().find(|device| device.wire.instance() == instance) {
            identity.serial.clone_from(&device.serial);
            identity.link = device.link;
        }
    }

    /// The instance of a pad that is plugged in.
    pub(super) fn instance(&self, pad: usize) -> Result<i32, Refusal> {
        let device = self.0.get(pad).ok_or_else(|| no_such(pad))?;
        match device.wire.instance() {
            NONE => Err(Refusal::BadMessage(format!("virtual pad {pad} is unplugged"))),
            instance => Ok(instance),
        }
    }

    /// Takes a pad away.
    pub(super) fn unplug(&mut self, pad: usize) -> Result<(), Refusal> {
        self.instance(pad)?;
        self.0[pad].unplug().map_err(Refusal::BadMessage)
    }

    /// Brings a pad back.
    pub(super) fn plug(&mut self, pad: usize, serial: Option<String>, link: Option<Link>) -> Result<(), Refusal> {
        let device = self.0.get_mut(pad).ok_or_else(|| no_such(pad))?;
        if device.wire.instance() != NONE {
            return Err(Refusal::BadMessage(format!("virtual pad {pad} is plugged in")));
        }
        if let Some(serial) = serial {
            device.serial = normal_serial(&serial);
        }
        device.link = link.unwrap_or(device.link);
        device.plug().map_err(Refusal::BadMessage)
    }
}

fn no_such(pad: usize) -> Refusal {
    Refusal::BadMessage(format!("there is no virtual pad {pad}"))
}

impl Drop for Devices {
    fn drop(&mut self) {
        for device in &mut self.0 {
            if device.wire.instance() != NONE
                && let Err(error) = device.unplug()
            {
                tracing::warn!(error, "a virtual pad cannot be taken away");
            }
        }
    }
}

impl Device {
    fn has_reports(&self) -> bool {
        self.wire.instance() != NONE && self.wire.pad.has_reports()
    }

    fn plug(&mut self) -> Result<(), String> {
        self.wire.pad.forget_reports();
        let mut description = sys::SDL_VirtualJoystickDesc {
            version: u16::try_from(sys::SDL_VIRTUAL_JOYSTICK_DESC_VERSION).unwrap_or(1),
            type_: sys::SDL_JoystickType::SDL_JOYSTICK_TYPE_GAMECONTROLLER as u16,
            naxes: AXES,
            nbuttons: BUTTONS,
            nhats: 0,
            vendor_id: VENDOR,
            product_id: PRODUCT,
            padding: 0,
            button_mask: 0,
            axis_mask: 0,
            name: NAME.as_ptr(),
            userdata: (&raw const *self.wire).cast_mut().cast(),
            Update: Some(update),
            SetPlayerIndex: Some(set_player_index),
            Rumble: Some(rumble),
            RumbleTriggers: None,
            SetLED: Some(set_led),
            SendEffect: None,
        };
        // SAFETY: SDL copies the description and the name. The wire is boxed and lives until the device was detached.
        let instance = unsafe {
            let index = sys::SDL_JoystickAttachVirtualEx(&raw mut description);
            if index < 0 { NONE } else { sys::SDL_JoystickGetDeviceInstanceID(index) }
        };
        if instance == NONE {
            return Err(sdl2::get_error());
        }
        self.wire.instance.store(instance, Ordering::Release);
        Ok(())
    }

    fn unplug(&mut self) -> Result<(), String> {
        let instance = self.wire.instance.swap(NONE, Ordering::AcqRel);
        // SAFETY: plain calls with numbers; SDL locks its list.
        let detached = unsafe {
            let index = (0..sys::SDL_NumJoysticks()).find(|at| sys::SDL_JoystickGetDeviceInstanceID(*at) == instance);
            index.is_some_and(|index| sys::SDL_JoystickDetachVirtual(index) == 0)
        };
        self.wire.pad.forget_reports();
        if detached { Ok(()) } else { Err(sdl2::get_error()) }
    }
}

impl Wire {
    fn instance(&self) -> i32 {
        self.instance.load(Ordering::Acquire)
    }
}

/// # Safety
/// As SDL calls it: with the address that the description had.
unsafe fn wire<'a>(userdata: *mut c_void) -> &'a Wire {
    // SAFETY: see `Device::plug`.
    unsafe { &*userdata.cast::<Wire>() }
}

/// SDL looks at the pad: one report a look, as a pad sends them.
unsafe extern "C" fn update(userdata: *mut c_void) {
    // SAFETY: called by SDL.
    let wire = unsafe { wire(userdata) };
    let Some(report) = wire.pad.next_report() else { return };
    // SAFETY: the joystick that is being updated is open, and SDL holds its lock, which is recursive.
    unsafe {
        let joystick = sys::SDL_JoystickFromInstanceID(wire.instance());
        match report {
            RawReport::Button(button, down) => sys::SDL_JoystickSetVirtualButton(joystick, button, down.into()),
            RawReport::Axis(axis, value) => sys::SDL_JoystickSetVirtualAxis(joystick, axis, value),
        };
    }
}

unsafe extern "C" fn set_player_index(userdata: *mut c_void, player: c_int) {
    // SAFETY: called by SDL.
    unsafe { wire(userdata) }.pad.numbered(player);
}

unsafe extern "C" fn rumble(userdata: *mut c_void, strong: u16, weak: u16) -> c_int {
    // SAFETY: called by SDL.
    unsafe { wire(userdata) }.pad.rumbled(strong, weak);
    0
}

unsafe extern "C" fn set_led(userdata: *mut c_void, red: u8, green: u8, blue: u8) -> c_int {
    // SAFETY: called by SDL.
    unsafe { wire(userdata) }.pad.lit([red, green, blue]);
    0
}
