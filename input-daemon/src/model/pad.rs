//! One pad's state in the order of the W3C's standard gamepad, with its press counters.

/// Axes: left stick x, y, right stick x, y; right and down are positive.
pub const AXES: usize = 4;
/// Buttons of the standard gamepad.
pub const BUTTONS: usize = 17;
/// Names of the buttons, as in the SDK. Place 16 is the guide button, which nothing is bound to.
pub const BUTTON_NAMES: [&str; BUTTONS] = [
    "south", "east", "west", "north", "l1", "r1", "l2", "r2", "select", "start", "l3", "r3", "up", "down", "left",
    "right", "guide",
];
/// Names of the axes, as in the SDK.
pub const AXIS_NAMES: [&str; AXES] = ["lx", "ly", "rx", "ry"];
/// Place of the left trigger among the buttons; the right one follows.
pub const LEFT_TRIGGER: usize = 6;
/// Fingers that a touchpad tells apart.
pub const FINGERS: usize = 2;
/// A button that is all the way down, an axis at its end.
pub const FULL: i16 = i16::MAX;
/// A button counts as pressed above this: half of its way.
pub const PRESSED_ABOVE: i16 = FULL / 2;

/// Gyroscope: steps per degree per second. Full scale is 2,048 °/s, as the DualShock 4 has it.
const GYRO_STEPS_PER_DEGREE: f32 = 16.0;
/// Accelerometer: steps per g. Full scale is 4 g.
const ACCEL_STEPS_PER_G: f32 = 8192.0;
/// Metres per second squared in one g, as SDL has it.
const STANDARD_GRAVITY: f32 = 9.806_65;

/// Something that moved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Input {
    /// An axis, 0 to 3; -32,768 to 32,767.
    Axis(usize, i16),
    /// A button's value: 0 to 32,767.
    Button(usize, i16),
    /// The click of the touchpad, which the standard gamepad has no place for.
    TouchClick(bool),
    /// Turning around x, y, z in radians per second.
    Gyro([f32; 3]),
    /// Acceleration along x, y, z in m/s², gravity included.
    Accel([f32; 3]),
    /// A finger on the touchpad, 0 or 1; x and y from 0 (left, top) to 1.
    Touch {
        /// Which finger.
        finger: usize,
        /// Whether it touches.
        down: bool,
        /// From the left.
        x: f32,
        /// From the top.
        y: f32,
    },
}

impl Input {
    /// Whether it is told only to clients that asked for motion.
    #[must_use]
    pub fn is_motion(&self) -> bool {
        matches!(self, Self::Gyro(_) | Self::Accel(_) | Self::Touch { .. })
    }
}

/// A finger on the touchpad.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Finger {
    /// Whether it touches.
    pub down: bool,
    /// 0 left to 32,767 right.
    pub x: i16,
    /// 0 top to 32,767 bottom.
    pub y: i16,
}

/// What is held on a pad now, and how often each button was pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PadState {
    /// 100 + n.
    pub number: u16,
    /// Whether it is there.
    pub connected: bool,
    /// Whether the touchpad is clicked.
    pub touch_click: bool,
    /// When something last changed, in microseconds of the daemon's clock.
    pub changed_us: u64,
    /// -32,767 to 32,767.
    pub axes: [i16; AXES],
    /// 0 to 32,767.
    pub values: [i16; BUTTONS],
    /// Presses of each button in this session, modulo 65,536.
    pub presses: [u16; BUTTONS],
    /// 1/16 °/s around x, y, z.
    pub gyro: [i16; 3],
    /// 1/8192 g along x, y, z.
    pub accel: [i16; 3],
    /// Fingers on the touchpad.
    pub fingers: [Finger; FINGERS],
}

impl PadState {
    /// A pad that is not there yet.
    #[must_use]
    pub fn new(number: u16) -> Self {
        Self {
            number,
            connected: false,
            touch_click: false,
            changed_us: 0,
            axes: [0; AXES],
            values: [0; BUTTONS],
            presses: [0; BUTTONS],
            gyro: [0; 3],
            accel: [0; 3],
            fingers: [Finger::default(); FINGERS],
        }
    }

    /// The pad is there.
    pub fn connect(&mut self, now_us: u64) {
        self.connected = true;
        self.changed_us = now_us;
    }

    /// The pad is gone. Call [`Self::release`] too.
    pub fn disconnect(&mut self) {
        self.connected = false;
    }

    /// Lets everything go. Presses stay counted: going back would look like 65,000 presses.
    pub fn release(&mut self, now_us: u64) {
        let (number, connected, presses) = (self.number, self.connected, self.presses);
        *self = Self { connected, presses, changed_us: now_us, ..Self::new(number) };
    }

    /// Takes an input in; whether anything changed. Places that no pad has are ignored.
    pub fn apply(&mut self, input: Input, now_us: u64) -> bool {
        let changed = match input {
            Input::Axis(axis, value) => {
                // The lowest value would be below -1 once divided by 32,767.
                self.axes.get_mut(axis).is_some_and(|old| replace(old, value.max(-FULL)))
            }
            Input::Button(button, value) => self.set_button(button, value.max(0)),
            Input::TouchClick(down) => replace(&mut self.touch_click, down),
            Input::Gyro(speed) => {
                replace(&mut self.gyro, speed.map(|one| steps(one.to_degrees() * GYRO_STEPS_PER_DEGREE)))
            }
            Input::Accel(accel) => {
                replace(&mut self.accel, accel.map(|one| steps(one / STANDARD_GRAVITY * ACCEL_STEPS_PER_G)))
            }
            Input::Touch { finger, down, x, y } => {
                let place = |part: f32| steps(part.clamp(0.0, 1.0) * f32::from(FULL));
                let now = Finger { down, x: place(x), y: place(y) };
                self.fingers.get_mut(finger).is_some_and(|old| replace(old, now))
            }
        };
        if changed {
            self.changed_us = now_us;
        }
        changed
    }

    fn set_button(&mut self, button: usize, value: i16) -> bool {
        let Some(old) = self.values.get_mut(button) else { return false };
        if *old <= PRESSED_ABOVE && value > PRESSED_ABOVE {
            self.presses[button] = self.presses[button].wrapping_add(1);
        }
        replace(old, value)
    }

    /// Whether nothing is held.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        let still = Self { presses: self.presses, changed_us: self.changed_us, ..Self::new(self.number) };
        *self == Self { connected: self.connected, ..still }
    }
}

fn replace<T: PartialEq>(old: &mut T, new: T) -> bool {
    let changed = *old != new;
    *old = new;
    changed
}

/// Rounded, and held within what an i16 has; what is no number is 0.
#[allow(clippy::cast_possible_truncation, reason = "a cast of a float saturates")]
fn steps(value: f32) -> i16 {
    value.round() as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_press_counts_once_on_its_way_down() {
        let mut pad = PadState::new(100);
        for value in [1000, 20_000, 30_000, 20_000, 100, FULL, 0] {
            pad.apply(Input::Button(LEFT_TRIGGER, value), 1);
        }
        assert_eq!(pad.presses[LEFT_TRIGGER], 2);
    }

    #[test]
    fn the_counter_goes_round() {
        let mut pad = PadState::new(100);
        for _ in 0..65_537 {
            pad.apply(Input::Button(0, FULL), 1);
            pad.apply(Input::Button(0, 0), 2);
        }
        assert_eq!(pad.presses[0], 1);
    }

    #[test]
    fn places_and_values_out_of_range_do_no_harm() {
        let mut pad = PadState::new(100);
        assert!(!pad.apply(Input::Axis(4, 1), 1));
        assert!(!pad.apply(Input::Button(17, 1), 1));
        assert!(!pad.apply(Input::Touch { finger: 2, down: true, x: 0.0, y: 0.0 }, 1));
        assert!(pad.apply(Input::Axis(0, i16::MIN), 1));
        assert_eq!(pad.axes[0], -FULL);
        pad.apply(Input::Gyro([f32::NAN, f32::INFINITY, -1e9]), 1);
        assert_eq!(pad.gyro, [0, i16::MAX, i16::MIN]);
        pad.apply(Input::Touch { finger: 0, down: true, x: -3.0, y: 7.0 }, 1);
        assert_eq!(pad.fingers[0], Finger { down: true, x: 0, y: FULL });
    }

    #[test]
    fn motion_is_in_its_units() {
        let mut pad = PadState::new(100);
        pad.apply(Input::Gyro([90f32.to_radians(), 0.0, -1f32.to_radians()]), 1);
        assert_eq!(pad.gyro, [1440, 0, -16]);
        pad.apply(Input::Accel([0.0, STANDARD_GRAVITY, 0.0]), 1);
        assert_eq!(pad.accel, [0, 8192, 0]);
    }
}
