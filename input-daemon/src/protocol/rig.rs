//! Messages of the rig: who drives the virtual pads of `--virtual`. JSON, `{"type": …, "payload": …}`.

use super::messages::Refusal;
use crate::{
    model::{
        Battery,
        identity::Link,
        pad::{AXIS_NAMES, BUTTON_NAMES, FINGERS, Input},
    },
    virtual_pads::Report,
};
use serde::{Deserialize, Serialize};

/// Longest injected serial.
const MAX_SERIAL_CHARS: usize = 64;

/// From who drives. `pad` is 0 to N-1, whatever number the pad has in the session.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "type", content = "payload", rename_all = "snake_case", deny_unknown_fields)]
pub enum RigCommand {
    /// Puts a button at a value: 0 up, 1 down, and between for l2 and r2.
    Button {
        /// Which virtual pad.
        pad: usize,
        /// By its name in the SDK.
        button: String,
        /// 0 to 1.
        value: f32,
    },
    /// Puts an axis at a value.
    Axis {
        /// Which virtual pad.
        pad: usize,
        /// lx, ly, rx, ry.
        axis: String,
        /// -1 to 1.
        value: f32,
    },
    /// Takes a pad away.
    Unplug {
        /// Which virtual pad.
        pad: usize,
    },
    /// Brings a pad back, as itself or as somebody else.
    Plug {
        /// Which virtual pad.
        pad: usize,
        /// Another serial than before; empty for none.
        serial: Option<String>,
        /// Another link than before.
        link: Option<Link>,
    },
    /// Moves the motion sensors: radians per second, and m/s².
    Motion {
        /// Which virtual pad.
        pad: usize,
        /// Around x, y, z.
        gyro: [f32; 3],
        /// Along x, y, z.
        accel: [f32; 3],
    },
    /// Moves a finger on the touchpad.
    Touch {
        /// Which virtual pad.
        pad: usize,
        /// 0 or 1.
        finger: usize,
        /// Whether it touches.
        down: bool,
        /// 0 to 1 from the left.
        x: f32,
        /// 0 to 1 from the top.
        y: f32,
    },
    /// Sets the charge.
    Battery {
        /// Which virtual pad.
        pad: usize,
        /// The charge.
        level: Battery,
    },
    /// Asks what effects arrived at a pad.
    Effects {
        /// Which virtual pad.
        pad: usize,
    },
}

/// What a command does.
#[derive(Debug, Clone, PartialEq)]
pub enum Deed {
    /// Goes through the pad's reports, as on a real one.
    Report(Report),
    /// Is done by the thread of the pads.
    Act(Act),
    /// Tells the effects.
    TellEffects,
}

/// What the thread of the pads does with a virtual pad.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// Takes it away.
    Unplug,
    /// Brings it back.
    Plug {
        /// Another serial; empty for none.
        serial: Option<String>,
        /// Another link.
        link: Option<Link>,
    },
    /// What SDL's virtual pads have no place for: told by SDL events made by hand.
    Inputs(Vec<Input>),
    /// Charge, told in the same way.
    Battery(Battery),
}

impl RigCommand {
    /// Which virtual pad, and what is done with it.
    ///
    /// # Errors
    /// [`Refusal::BadMessage`] for an unknown name or a number out of range.
    pub fn read(self) -> Result<(usize, Deed), Refusal> {
        let bad = |what: String| Err(Refusal::BadMessage(what));
        Ok(match self {
            Self::Button { pad, button, value } => (pad, Deed::Report(button_report(&button, value)?)),
            Self::Axis { pad, axis, value } => (pad, Deed::Report(axis_report(&axis, value)?)),
            Self::Unplug { pad } => (pad, Deed::Act(Act::Unplug)),
            Self::Plug { serial: Some(serial), .. } if serial.chars().count() > MAX_SERIAL_CHARS => {
                return bad(format!("a serial has at most {MAX_SERIAL_CHARS} characters"));
            }
            Self::Plug { pad, serial, link } => (pad, Deed::Act(Act::Plug { serial, link })),
            Self::Motion { pad, gyro, accel } => {
                (pad, Deed::Act(Act::Inputs(vec![Input::Gyro(gyro), Input::Accel(accel)])))
            }
            Self::Touch { finger, .. } if finger >= FINGERS => return bad("finger is 0 or 1".to_owned()),
            Self::Touch { pad, finger, down, x, y } => {
                (pad, Deed::Act(Act::Inputs(vec![Input::Touch { finger, down, x, y }])))
            }
            Self::Battery { pad, level } => (pad, Deed::Act(Act::Battery(level))),
            Self::Effects { pad } => (pad, Deed::TellEffects),
        })
    }
}

/// The report of a button, by its name.
///
/// # Errors
/// [`Refusal::BadMessage`] for an unknown name or a value that is not 0 to 1.
pub fn button_report(name: &str, value: f32) -> Result<Report, Refusal> {
    let button = BUTTON_NAMES.iter().position(|one| *one == name);
    let button = button.ok_or_else(|| Refusal::BadMessage(format!("{name:?} is no button")))?;
    if !(0.0..=1.0).contains(&value) {
        return Err(Refusal::BadMessage("a button's value is 0 to 1".to_owned()));
    }
    Ok(Report::Button(button, value))
}

/// The report of an axis, by its name.
///
/// # Errors
/// [`Refusal::BadMessage`] for an unknown name or a value that is not -1 to 1.
pub fn axis_report(name: &str, value: f32) -> Result<Report, Refusal> {
    let axis = AXIS_NAMES.iter().position(|one| *one == name);
    let axis = axis.ok_or_else(|| Refusal::BadMessage(format!("{name:?} is no axis")))?;
    if !(-1.0..=1.0).contains(&value) {
        return Err(Refusal::BadMessage("an axis is -1 to 1".to_owned()));
    }
    Ok(Report::Axis(axis, value))
}

/// To who drives: exactly one for each command, in order.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", content = "payload", rename_all = "snake_case")]
pub enum RigEvent {
    /// The first message.
    Ready {
        /// How many virtual pads there are.
        pads: usize,
    },
    /// Carried out. A button or an axis is on its way through SDL.
    #[serde(rename_all = "camelCase")]
    Done {
        /// When its carrying out began, in microseconds on the clock of the states' stamps: with a button or an axis, when
        /// the report came to lie in the pad.
        at_us: u64,
    },
    /// What arrived at a pad, oldest first; the last [`crate::virtual_pads::KEPT_EFFECTS`] of each.
    Effects {
        /// Heavy and light motor, 0 to 65,535 each. `[0, 0]` is the end of a rumble.
        rumbles: Vec<[u16; 2]>,
        /// Red, green, blue.
        lights: Vec<[u8; 3]>,
        /// Player indexes; -1 is none.
        players: Vec<i32>,
    },
    /// Not carried out.
    Error {
        /// The message's type, if it had one.
        command: Option<String>,
        /// See [`Refusal::code`].
        code: &'static str,
        /// For people.
        message: String,
    },
}

impl RigEvent {
    /// As it is sent.
    #[must_use]
    pub fn json(&self) -> String {
        // Nothing in it can fail: no maps with other keys than texts.
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::messages::read;

    fn deed(text: &str) -> Result<(usize, Deed), Refusal> {
        read::<RigCommand>(text).1.and_then(RigCommand::read)
    }

    #[test]
    fn commands_are_read() {
        let press = deed(r#"{"type":"button","payload":{"pad":3,"button":"r2","value":0.5}}"#);
        assert_eq!(press, Ok((3, Deed::Report(Report::Button(7, 0.5)))));
        let plug = deed(r#"{"type":"plug","payload":{"pad":0,"serial":"a","link":"bluetooth"}}"#);
        let link = Some(Link::Bluetooth);
        assert_eq!(plug, Ok((0, Deed::Act(Act::Plug { serial: Some("a".to_owned()), link }))));
        assert_eq!(
            deed(r#"{"type":"plug","payload":{"pad":1}}"#),
            Ok((1, Deed::Act(Act::Plug { serial: None, link: None })))
        );
    }

    #[test]
    fn what_no_pad_has_is_refused() {
        for text in [
            r#"{"type":"button","payload":{"pad":0,"button":"turbo","value":1}}"#,
            r#"{"type":"button","payload":{"pad":0,"button":"south","value":2}}"#,
            r#"{"type":"axis","payload":{"pad":0,"axis":"lx","value":-1.5}}"#,
            r#"{"type":"axis","payload":{"pad":0,"axis":"south","value":0}}"#,
            r#"{"type":"touch","payload":{"pad":0,"finger":2,"down":true,"x":0,"y":0}}"#,
        ] {
            assert!(matches!(deed(text), Err(Refusal::BadMessage(_))), "{text}");
        }
    }
}
