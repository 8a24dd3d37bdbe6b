//! How a pad is connected. SDL 2 does not say, so it is put together from what it does say.

use crate::model::{Battery, identity::Link};

/// What SDL's drivers put at this place of an id: `h` for its own (hidapi), `v` for virtual pads.
const GUID_DRIVER: usize = 14;
/// Bus ids, in SDL's ids of the make and in Linux alike.
const BUS_USB: u16 = 0x03;
const BUS_BLUETOOTH: u16 = 0x05;

/// The link of a device. SDL's own drivers write "USB" into every id, whatever the pad hangs on; there the system tells
/// (`system_bus`), else the charge does: a pad on a cable is `Wired`.
pub(super) fn link_of(guid: &[u8; 16], system_bus: Option<u16>, battery: Battery) -> Link {
    let by_bus = |bus| match bus {
        BUS_USB => Link::Usb,
        BUS_BLUETOOTH => Link::Bluetooth,
        _ => Link::Unknown,
    };
    match (guid[GUID_DRIVER], system_bus) {
        (b'v', _) => Link::Virtual,
        (_, Some(bus)) => by_bus(bus),
        (b'h', None) if battery == Battery::Wired => Link::Usb,
        (b'h', None) => Link::Bluetooth,
        (_, None) => by_bus(u16::from_le_bytes([guid[0], guid[1]])),
    }
}

/// The bus that Linux knows of a device such as /dev/hidraw3; `None` elsewhere.
pub(super) fn system_bus(path: &str) -> Option<u16> {
    let name = path.strip_prefix("/dev/")?;
    if !name.starts_with("hidraw") || name.contains('/') {
        return None;
    }
    let told = std::fs::read_to_string(format!("/sys/class/hidraw/{name}/device/uevent")).ok()?;
    bus_in(&told)
}

/// `HID_ID=0005:0000054C:000009CC`
fn bus_in(uevent: &str) -> Option<u16> {
    let id = uevent.lines().find_map(|line| line.strip_prefix("HID_ID="))?;
    u16::from_str_radix(id.split(':').next()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guid(bus: u8, driver: u8) -> [u8; 16] {
        let mut guid = [0; 16];
        guid[0] = bus;
        guid[GUID_DRIVER] = driver;
        guid
    }

    #[test]
    fn sdl_says_usb_of_every_pad_that_it_drives_itself() {
        assert_eq!(link_of(&guid(3, b'h'), Some(5), Battery::Unknown), Link::Bluetooth);
        assert_eq!(link_of(&guid(3, b'h'), None, Battery::Unknown), Link::Bluetooth);
        assert_eq!(link_of(&guid(3, b'h'), None, Battery::Wired), Link::Usb);
    }

    #[test]
    fn other_drivers_say_the_bus() {
        assert_eq!(link_of(&guid(3, 0), None, Battery::Unknown), Link::Usb);
        assert_eq!(link_of(&guid(5, 0), None, Battery::Full), Link::Bluetooth);
        assert_eq!(link_of(&guid(0xff, b'v'), None, Battery::Unknown), Link::Virtual);
        assert_eq!(link_of(&guid(0, 0), None, Battery::Unknown), Link::Unknown);
    }

    #[test]
    fn the_bus_is_read_from_what_linux_says() {
        let uevent = "DRIVER=playstation\nHID_ID=0005:0000054C:000009CC\nHID_NAME=Wireless Controller\n";
        assert_eq!(bus_in(uevent), Some(5));
        assert_eq!(bus_in("DRIVER=x\n"), None);
        assert_eq!(system_bus("/dev/../etc/passwd"), None);
    }
}
