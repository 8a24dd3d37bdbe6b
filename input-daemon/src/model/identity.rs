//! Which pad is which. A pad that sleeps and comes back, over USB or Bluetooth, in any order, is the same one.
//!
//! 1. By serial, where there is one: written in one way, because USB and Bluetooth write it in different ones.
//! 2. Two pads with the same serial over the same link at the same time are clones that share it, and two pads.
//! 3. Without a serial: a pad that is gone and of the same make, first the one that had the same path.

use super::MAX_PADS;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// SDL's id of a connected device: a new one at each connection.
pub type Instance = i32;

/// How a pad is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// Cable, or the maker's dongle.
    Usb,
    /// Bluetooth.
    Bluetooth,
    /// Made by this program.
    Virtual,
    /// Not told.
    Unknown,
}

/// What tells one pad from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Serial in small hexadecimal letters without separators, or as it came when it is no such number.
    pub serial: Option<String>,
    /// SDL's id of the make.
    pub guid: String,
    /// Where the system has the device.
    pub path: Option<String>,
    /// How it is connected.
    pub link: Link,
}

impl Identity {
    /// Whether both are one pad, as far as their serial, or without one their make, can tell.
    #[must_use]
    pub fn is_same_pad(&self, other: &Self) -> bool {
        match (&self.serial, &other.serial) {
            (Some(one), Some(two)) => one == two,
            (None, None) => self.guid == other.guid,
            _ => false,
        }
    }
}

/// A serial in the one form in which serials are compared; `None` for one that tells nothing (empty, or all zeros, as
/// clones have it).
#[must_use]
pub fn normal_serial(serial: &str) -> Option<String> {
    let trimmed = serial.trim();
    let bare: String = trimmed.chars().filter(|c| !matches!(c, ':' | '-' | ' ')).collect();
    let is_hex = !bare.is_empty() && bare.chars().all(|c| c.is_ascii_hexdigit());
    let normal = if is_hex { bare.to_ascii_lowercase() } else { trimmed.to_owned() };
    (!normal.chars().all(|c| c == '0')).then_some(normal)
}

#[derive(Debug)]
struct Place {
    identity: Identity,
    /// Connected links of this pad with their kind; the last one counts.
    links: Vec<(Instance, Link)>,
    /// When it was last connected or disconnected, in steps of the roster.
    touched: u64,
}

/// A pad as it is known beyond the end of the program: its place, and what tells it from others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// From 0.
    pub place: usize,
    /// As in [`Identity`].
    pub serial: Option<String>,
    /// As in [`Identity`].
    pub guid: String,
    /// As in [`Identity`]; it tells something only while there is no serial.
    pub path: Option<String>,
}

/// The places of the pads, in the order in which they came.
#[derive(Debug, Default)]
pub struct Roster {
    places: BTreeMap<usize, Place>,
    steps: u64,
}

impl Roster {
    /// With the pads of before, the one that is gone longest first; at most [`MAX_PADS`], each at a place below that.
    #[must_use]
    pub fn restored(known: &[Known]) -> Self {
        let mut roster = Self::default();
        for Known { place, serial, guid, path } in known.iter().filter(|known| known.place < MAX_PADS) {
            roster.steps += 1;
            let (serial, guid, path) = (serial.clone(), guid.clone(), path.clone());
            let identity = Identity { serial, guid, path, link: Link::Unknown };
            roster.places.insert(*place, Place { identity, links: Vec::new(), touched: roster.steps });
        }
        roster
    }

    /// All pads, for [`Self::restored`].
    #[must_use]
    pub fn known_pads(&self) -> Vec<Known> {
        let mut places: Vec<_> = self.places.iter().collect();
        places.sort_by_key(|(_, at)| at.touched);
        let known = places.into_iter().map(|(place, at)| {
            let Identity { serial, guid, path, .. } = at.identity.clone();
            let path = path.filter(|_| serial.is_none());
            Known { place: *place, serial, guid, path }
        });
        known.collect()
    }

    /// The place of a device that came; the next free one if it is new. `None` when every place is taken by a connected pad.
    pub fn attach(&mut self, instance: Instance, identity: &Identity) -> Option<usize> {
        self.steps += 1;
        let place = self.known(identity).or_else(|| self.new_place(identity))?;
        let at = self.places.get_mut(&place)?;
        at.identity = identity.clone();
        at.links.push((instance, identity.link));
        at.touched = self.steps;
        Some(place)
    }

    /// Forgets a device; gives its place and whether the pad is still here over another link. `None` for one that was not
    /// known, and for an older link of a pad: that one did not count anyway.
    pub fn detach(&mut self, instance: Instance) -> Option<(usize, bool)> {
        self.steps += 1;
        let mut places = self.places.iter_mut().map(|(place, at)| (*place, at));
        let (place, at) = places.find(|(_, at)| at.links.iter().any(|(one, _)| *one == instance))?;
        let was_active = at.links.last().is_some_and(|(one, _)| *one == instance);
        at.links.retain(|(one, _)| *one != instance);
        at.touched = self.steps;
        was_active.then_some((place, !at.links.is_empty()))
    }

    /// The place of a device, if it is the link of its pad that counts.
    #[must_use]
    pub fn active_place_of(&self, instance: Instance) -> Option<usize> {
        let is_active = |at: &Place| at.links.last().is_some_and(|(one, _)| *one == instance);
        self.places.iter().find(|(_, at)| is_active(at)).map(|(place, _)| *place)
    }

    /// The device that counts at a place.
    #[must_use]
    pub fn active_instance_at(&self, place: usize) -> Option<Instance> {
        self.places.get(&place)?.links.last().map(|(instance, _)| *instance)
    }

    fn known(&self, identity: &Identity) -> Option<usize> {
        let candidates = || {
            self.places.iter().filter(|(_, at)| {
                let same_link = at.links.iter().any(|(_, link)| *link == identity.link);
                // Without a serial nothing tells a second link from a second pad.
                let free = if identity.serial.is_some() { !same_link } else { at.links.is_empty() };
                free && at.identity.is_same_pad(identity)
            })
        };
        let same_path = || candidates().find(|(_, at)| at.identity.path.is_some() && at.identity.path == identity.path);
        let first = || candidates().next();
        match identity.serial {
            Some(_) => first(),
            None => same_path().or_else(first),
        }
        .map(|(place, _)| *place)
    }

    fn new_place(&mut self, identity: &Identity) -> Option<usize> {
        if let Some(free) = (0..MAX_PADS).find(|place| !self.places.contains_key(place)) {
            let place = Place { identity: identity.clone(), links: Vec::new(), touched: self.steps };
            self.places.insert(free, place);
            return Some(free);
        }
        let gone = self.places.iter().filter(|(_, at)| at.links.is_empty());
        gone.min_by_key(|(_, at)| at.touched).map(|(place, _)| *place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) fn pad(serial: Option<&str>, path: Option<&str>, link: Link) -> Identity {
        Identity { serial: serial.map(str::to_owned), guid: "ds4".to_owned(), path: path.map(str::to_owned), link }
    }

    #[test]
    fn a_serial_is_the_same_however_it_is_written() {
        let usb = normal_serial("A4-53-85-0B-12-FE");
        assert_eq!(usb.as_deref(), Some("a453850b12fe"));
        assert_eq!(usb, normal_serial(" a4:53:85:0b:12:fe"));
        assert_eq!(normal_serial("SN-77x").as_deref(), Some("SN-77x"));
    }

    #[test]
    fn a_serial_that_tells_nothing_is_none() {
        for empty in ["", "  ", "00:00:00:00:00:00", "0"] {
            assert_eq!(normal_serial(empty), None, "{empty:?}");
        }
    }

    #[test]
    fn pads_that_return_in_another_order_have_their_old_places() {
        let mut roster = Roster::default();
        for (instance, serial) in [(1, "a"), (2, "b"), (3, "c")] {
            roster.attach(instance, &pad(Some(serial), None, Link::Usb));
        }
        for instance in [2, 1, 3] {
            assert!(roster.detach(instance).is_some());
        }
        assert_eq!(roster.attach(4, &pad(Some("c"), None, Link::Bluetooth)), Some(2));
        assert_eq!(roster.attach(5, &pad(Some("a"), None, Link::Bluetooth)), Some(0));
        assert_eq!(roster.attach(6, &pad(Some("b"), None, Link::Usb)), Some(1));
    }

    #[test]
    fn a_pad_on_two_links_is_one_pad_and_the_newer_link_counts() {
        let mut roster = Roster::default();
        assert_eq!(roster.attach(1, &pad(Some("a"), None, Link::Bluetooth)), Some(0));
        assert_eq!(roster.attach(2, &pad(Some("a"), None, Link::Usb)), Some(0));
        assert_eq!(roster.active_instance_at(0), Some(2));
        assert_eq!(roster.active_place_of(1), None);
        assert_eq!(roster.detach(2), Some((0, true)));
        assert_eq!(roster.active_place_of(1), Some(0));
        assert_eq!(roster.detach(1), Some((0, false)));
    }

    #[test]
    fn clones_that_share_a_serial_are_two_pads() {
        let mut roster = Roster::default();
        assert_eq!(roster.attach(1, &pad(Some("a"), None, Link::Usb)), Some(0));
        assert_eq!(roster.attach(2, &pad(Some("a"), None, Link::Usb)), Some(1));
    }

    #[test]
    fn without_a_serial_the_path_tells_then_the_make() {
        let mut roster = Roster::default();
        roster.attach(1, &pad(None, Some("/dev/1"), Link::Usb));
        roster.attach(2, &pad(None, Some("/dev/2"), Link::Usb));
        roster.detach(1);
        roster.detach(2);
        assert_eq!(roster.attach(3, &pad(None, Some("/dev/2"), Link::Usb)), Some(1));
        assert_eq!(roster.attach(4, &pad(None, Some("/dev/9"), Link::Usb)), Some(0));
        assert_eq!(roster.attach(5, &pad(None, Some("/dev/9"), Link::Usb)), Some(2), "a third pad is a new one");
    }

    #[test]
    fn the_pad_that_is_gone_longest_gives_its_place_away_and_connected_ones_never() {
        let mut roster = Roster::default();
        let serials: Vec<String> = (0..=MAX_PADS).map(|n| format!("s{n}")).collect();
        for (serial, instance) in serials.iter().zip(0..).take(MAX_PADS) {
            assert!(roster.attach(instance, &pad(Some(serial), None, Link::Usb)).is_some());
        }
        let newcomer = pad(Some(&serials[MAX_PADS]), None, Link::Usb);
        assert_eq!(roster.attach(99, &newcomer), None, "all are connected");
        roster.detach(7);
        roster.detach(3);
        assert_eq!(roster.attach(99, &newcomer), Some(7));
        assert_eq!(roster.attach(100, &pad(Some("s3"), None, Link::Usb)), Some(3));
    }

    #[test]
    fn after_a_restart_pads_have_their_old_places_in_whatever_order_they_come() {
        let mut before = Roster::default();
        let (with_serial, plain) = (pad(Some("a"), Some("/dev/1"), Link::Usb), |path| pad(None, Some(path), Link::Usb));
        for (instance, identity) in [(1, with_serial), (2, plain("/dev/2")), (3, plain("/dev/3"))] {
            before.attach(instance, &identity);
        }
        let known = before.known_pads();
        assert_eq!(known[0].path, None, "a serial says it all");
        let mut after = Roster::restored(&known);
        assert_eq!(after.attach(9, &plain("/dev/3")), Some(2));
        assert_eq!(after.attach(8, &pad(Some("new"), None, Link::Usb)), Some(3), "those that are away keep theirs");
        assert_eq!(after.attach(7, &pad(Some("a"), Some("/dev/9"), Link::Bluetooth)), Some(0));
        assert_eq!(after.attach(6, &plain("/dev/2")), Some(1));
        assert_eq!(after.known_pads().iter().map(|known| known.place).collect::<Vec<_>>(), [2, 3, 0, 1]);
    }

    #[test]
    fn a_full_house_of_before_makes_room_from_the_one_that_is_gone_longest() {
        let known = |place: usize| Known { place, serial: Some(format!("s{place}")), guid: String::new(), path: None };
        let all: Vec<Known> = (0..MAX_PADS).rev().chain([MAX_PADS]).map(known).collect();
        let mut roster = Roster::restored(&all);
        assert_eq!(roster.known_pads().len(), MAX_PADS);
        assert_eq!(roster.attach(1, &pad(Some("new"), None, Link::Usb)), Some(MAX_PADS - 1));
        let mut sparse = Roster::restored(&[known(0), known(2)]);
        assert_eq!(sparse.attach(1, &pad(Some("new"), None, Link::Usb)), Some(1));
    }
}
