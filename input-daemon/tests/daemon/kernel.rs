//! A pad of the kernel's own: made with uinput, read by SDL as a DualShock 4 on a cable. Needs a machine whose `/dev/uinput` may be
//! written to; elsewhere it says so and does nothing.
#![cfg(target_os = "linux")]

use crate::harness::{Daemon, place};
use evdev::{
    AbsInfo, AbsoluteAxisCode, AttributeSet, BusType, InputEvent, InputId, KeyCode, UinputAbsSetup,
    uinput::VirtualDevice,
};
use maribro_input::model::pad::FULL;

/// What the kernel's driver calls it, its vendor, product and version.
const NAME: &str = "Sony Interactive Entertainment Wireless Controller";
const MAKE: (u16, u16, u16) = (0x054c, 0x09cc, 0x8111);
/// Its buttons, in the kernel's order.
const KEYS: [KeyCode; 13] = [
    KeyCode::BTN_SOUTH,
    KeyCode::BTN_EAST,
    KeyCode::BTN_NORTH,
    KeyCode::BTN_WEST,
    KeyCode::BTN_TL,
    KeyCode::BTN_TR,
    KeyCode::BTN_TL2,
    KeyCode::BTN_TR2,
    KeyCode::BTN_SELECT,
    KeyCode::BTN_START,
    KeyCode::BTN_MODE,
    KeyCode::BTN_THUMBL,
    KeyCode::BTN_THUMBR,
];
/// Sticks and triggers.
const AXES: [AbsoluteAxisCode; 6] = [
    AbsoluteAxisCode::ABS_X,
    AbsoluteAxisCode::ABS_Y,
    AbsoluteAxisCode::ABS_Z,
    AbsoluteAxisCode::ABS_RX,
    AbsoluteAxisCode::ABS_RY,
    AbsoluteAxisCode::ABS_RZ,
];

fn pad() -> std::io::Result<VirtualDevice> {
    let keys: AttributeSet<KeyCode> = KEYS.into_iter().collect();
    let mut builder = VirtualDevice::builder()?
        .name(NAME)
        .input_id(InputId::new(BusType::BUS_USB, MAKE.0, MAKE.1, MAKE.2))
        .with_keys(&keys)?;
    for axis in AXES {
        builder = builder.with_absolute_axis(&UinputAbsSetup::new(axis, AbsInfo::new(128, 0, 255, 0, 0, 0)))?;
    }
    for hat in [AbsoluteAxisCode::ABS_HAT0X, AbsoluteAxisCode::ABS_HAT0Y] {
        builder = builder.with_absolute_axis(&UinputAbsSetup::new(hat, AbsInfo::new(0, -1, 1, 0, 0, 0)))?;
    }
    builder.build()
}

#[tokio::test]
async fn a_pad_of_the_kernel_is_read_and_zeroed_when_it_goes() {
    let mut pad = match pad() {
        Ok(pad) => pad,
        Err(error) => {
            eprintln!("skipped: no pad can be made with /dev/uinput here ({error})");
            return;
        }
    };
    let daemon = Daemon::start(&[]).await;
    let mut client = daemon.client().await;
    let south = place("south");
    client.state(|frame| frame.pads.iter().any(|pad| pad.connected)).await;
    for (value, level) in [(1, FULL), (0, 0)] {
        pad.emit(&[InputEvent::new(evdev::EventType::KEY.0, KeyCode::BTN_SOUTH.0, value)]).unwrap();
        client.state(|frame| frame.pads.iter().any(|pad| pad.connected && pad.values[south] == level)).await;
    }
    pad.emit(&[InputEvent::new(evdev::EventType::KEY.0, KeyCode::BTN_SOUTH.0, 1)]).unwrap();
    client.state(|frame| frame.pads.iter().any(|pad| pad.values[south] == FULL)).await;
    drop(pad);
    client.state(|frame| frame.pads.iter().all(|pad| !pad.connected && pad.values[south] == 0)).await;
}
