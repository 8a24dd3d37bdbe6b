use super::{
    Battery, FIRST_NUMBER, Facts, MAX_PADS, News, Pads,
    identity::{Identity, Link},
    pad::{BUTTONS, FULL, Input},
};
use proptest::prelude::*;
use std::collections::HashMap;

fn facts(serial: &str, link: Link) -> Facts {
    Facts {
        name: "PS4 Controller".to_owned(),
        identity: Identity { serial: Some(serial.to_owned()), guid: "g".to_owned(), path: None, link },
        vendor: 0x054c,
        product: 0x09cc,
        rumble: true,
        light: true,
        motion: true,
        battery: Battery::Unknown,
    }
}

#[test]
fn a_pad_that_goes_away_lets_everything_go_and_keeps_its_counts() {
    let mut pads = Pads::new();
    pads.attach(1, facts("a", Link::Usb), 0);
    pads.input(1, Input::Button(0, FULL), 1);
    pads.input(1, Input::Axis(0, 9_000), 1);
    assert_eq!(pads.detach(1, 2), Some(News::Disconnected(100)));
    let gone = pads.snapshot().pads[0].clone();
    assert!(!gone.connected && gone.is_at_rest());
    assert_eq!(gone.presses[0], 1);
    let back = pads.attach(7, facts("a", Link::Bluetooth), 3);
    assert!(matches!(back, Some(News::Connected(info)) if info.number == 100 && info.connected));
    pads.input(7, Input::Button(0, FULL), 4);
    assert_eq!(pads.snapshot().pads[0].presses[0], 2);
}

#[test]
fn inputs_of_a_link_that_does_not_count_are_ignored() {
    let mut pads = Pads::new();
    pads.attach(1, facts("a", Link::Bluetooth), 0);
    pads.input(1, Input::Button(0, FULL), 1);
    pads.attach(2, facts("a", Link::Usb), 2);
    assert!(pads.snapshot().pads[0].is_at_rest(), "held over the link that no longer counts");
    pads.input(1, Input::Button(1, FULL), 3);
    assert!(pads.snapshot().pads[0].is_at_rest());
    assert_eq!(pads.detach(1, 4), None);
    assert!(pads.snapshot().pads[0].connected);
}

#[test]
fn motion_is_no_plain_change() {
    let mut pads = Pads::new();
    pads.attach(1, facts("a", Link::Usb), 0);
    let plain = pads.snapshot().plain_seq;
    pads.input(1, Input::Gyro([1.0, 0.0, 0.0]), 1);
    let after = pads.snapshot();
    assert_eq!(after.plain_seq, plain);
    assert_eq!(after.seq, plain + 1);
}

#[test]
fn a_charge_is_news_once() {
    let mut pads = Pads::new();
    pads.attach(1, facts("a", Link::Usb), 0);
    assert_eq!(pads.battery(1, Battery::Low), Some(News::Battery(100, Battery::Low)));
    assert_eq!(pads.battery(1, Battery::Low), None);
}

#[derive(Debug, Clone)]
enum Step {
    Attach(u8, bool),
    Detach(u8, bool),
    Press(u8, bool, usize, bool),
}

fn step() -> impl Strategy<Value = Step> {
    // More serials than places, so that places are given away too.
    let pad = 0..20u8;
    prop_oneof![
        2 => (pad.clone(), any::<bool>()).prop_map(|(pad, usb)| Step::Attach(pad, usb)),
        2 => (pad.clone(), any::<bool>()).prop_map(|(pad, usb)| Step::Detach(pad, usb)),
        4 => (pad, any::<bool>(), 0..BUTTONS, any::<bool>()).prop_map(|(p, usb, b, down)| Step::Press(p, usb, b, down)),
    ]
}

proptest! {
    #[test]
    fn whatever_comes_and_goes_numbers_stay_and_nothing_sticks(steps in prop::collection::vec(step(), 0..200)) {
        let mut pads = Pads::new();
        let mut instances: HashMap<(u8, bool), i32> = HashMap::new();
        let mut numbers: HashMap<u8, u16> = HashMap::new();
        let mut counts: HashMap<u16, [u16; BUTTONS]> = HashMap::new();
        for (step, now) in steps.into_iter().zip(1u64..) {
            match step {
                Step::Attach(pad, usb) => {
                    if instances.contains_key(&(pad, usb)) {
                        continue;
                    }
                    let instance = i32::try_from(now).unwrap();
                    let link = if usb { Link::Usb } else { Link::Bluetooth };
                    let known = instances.keys().any(|(other, _)| *other == pad);
                    let Some(News::Connected(info)) = pads.attach(instance, facts(&pad.to_string(), link), now) else {
                        prop_assert!(!known && pads.snapshot().pads.iter().filter(|pad| pad.connected).count() == MAX_PADS);
                        continue;
                    };
                    instances.insert((pad, usb), instance);
                    prop_assert!((FIRST_NUMBER..FIRST_NUMBER + 16).contains(&info.number));
                    // A number moves to another pad only from one that is gone, and then for good.
                    let owner = numbers.iter().find(|(_, number)| **number == info.number).map(|(pad, _)| *pad);
                    match (numbers.get(&pad), owner) {
                        (Some(number), _) => prop_assert_eq!(*number, info.number),
                        (None, Some(owner)) => {
                            prop_assert!(!instances.keys().any(|(other, _)| *other == owner));
                            numbers.remove(&owner);
                        }
                        (None, None) => {}
                    }
                    numbers.insert(pad, info.number);
                }
                Step::Detach(pad, usb) => {
                    if let Some(instance) = instances.remove(&(pad, usb)) {
                        pads.detach(instance, now);
                    }
                }
                Step::Press(pad, usb, button, down) => {
                    if let Some(instance) = instances.get(&(pad, usb)) {
                        pads.input(*instance, Input::Button(button, if down { FULL } else { 0 }), now);
                    }
                }
            }
            for state in pads.snapshot().pads {
                let here = numbers.iter().any(|(pad, number)| {
                    *number == state.number && instances.keys().any(|(other, _)| other == pad)
                });
                prop_assert_eq!(state.connected, here);
                prop_assert!(state.connected || state.is_at_rest());
                let before = counts.entry(state.number).or_insert([0; BUTTONS]);
                for (old, new) in before.iter().zip(state.presses) {
                    prop_assert!(new.wrapping_sub(*old) <= 1);
                }
                *before = state.presses;
            }
        }
    }
}
