//! State frames: a head and a record a pad, all of it little-endian 16-bit words, so that a page reads a frame as one
//! `Int16Array`. The table is in docs/input-protocol.md; `tests/daemon/decoder.rs` holds its JavaScript against this.

use crate::model::{
    MAX_PADS, Snapshot,
    pad::{AXES, BUTTONS, FINGERS, Finger, PadState},
};

/// First word of every state frame: kind 1 in version 1.
pub const KIND_STATE: u16 = 0x0101;
/// Words before the first record.
pub const HEAD_WORDS: usize = 8;
/// Words of a record without motion: number, flags, time (2), axes, values, presses.
pub const PLAIN_WORDS: usize = 4 + AXES + BUTTONS * 2;
/// Words of a record with motion: gyroscope, accelerometer, and down, x, y of each finger.
pub const MOTION_WORDS: usize = PLAIN_WORDS + 6 + 3 * FINGERS;
/// Bytes in the largest frame there is.
pub const MAX_FRAME_BYTES: usize = (HEAD_WORDS + MAX_PADS * MOTION_WORDS) * 2;

const FLAG_CONNECTED: u16 = 1;
const FLAG_TOUCH_CLICK: u16 = 2;

/// Writes a frame. `now_us` is the daemon's clock at this moment.
#[must_use]
pub fn encode(snapshot: &Snapshot, with_motion: bool, now_us: u64) -> Vec<u8> {
    let record_words = if with_motion { MOTION_WORDS } else { PLAIN_WORDS };
    let mut frame = Writer(Vec::with_capacity((HEAD_WORDS + snapshot.pads.len() * record_words) * 2));
    frame.word(KIND_STATE);
    // At most a hundred.
    frame.word(u16::try_from(record_words).unwrap_or(0));
    frame.bytes(&snapshot.seq.to_le_bytes());
    frame.bytes(&now_us.to_le_bytes());
    for pad in &snapshot.pads {
        frame.pad(pad, with_motion);
    }
    frame.0
}

struct Writer(Vec<u8>);

impl Writer {
    fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn word(&mut self, word: u16) {
        self.bytes(&word.to_le_bytes());
    }

    fn signed(&mut self, words: &[i16]) {
        words.iter().for_each(|word| self.bytes(&word.to_le_bytes()));
    }

    #[allow(clippy::cast_possible_truncation, reason = "the low half of the clock is what is sent")]
    fn pad(&mut self, pad: &PadState, with_motion: bool) {
        let flag = |on: bool, flag| if on { flag } else { 0 };
        self.word(pad.number);
        self.word(flag(pad.connected, FLAG_CONNECTED) | flag(pad.touch_click, FLAG_TOUCH_CLICK));
        self.bytes(&(pad.changed_us as u32).to_le_bytes());
        self.signed(&pad.axes);
        self.signed(&pad.values);
        pad.presses.iter().for_each(|count| self.word(*count));
        if with_motion {
            self.signed(&pad.gyro);
            self.signed(&pad.accel);
            for finger in &pad.fingers {
                self.signed(&[i16::from(finger.down), finger.x, finger.y]);
            }
        }
    }
}

/// A frame as it is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Number of the state; the same again when nothing changed.
    pub seq: u32,
    /// The daemon's clock when it was sent.
    pub sent_us: u64,
    /// Whether the pads have motion.
    pub with_motion: bool,
    /// `changed_us` has its low 32 bits only.
    pub pads: Vec<PadState>,
}

/// Why bytes are no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoFrame {
    /// Not of this kind and version.
    #[error("not a state frame of this version")]
    Kind,
    /// Records of a size that this version does not have.
    #[error("records of {0} words")]
    Record(u16),
    /// Cut off, or with something behind it.
    #[error("{0} bytes are no whole number of records")]
    Length(usize),
}

/// Reads a frame.
///
/// # Errors
/// The bytes are none.
pub fn decode(bytes: &[u8]) -> Result<Frame, NoFrame> {
    let mut words = Reader(bytes);
    if bytes.len() < HEAD_WORDS * 2 {
        return Err(NoFrame::Length(bytes.len()));
    }
    if words.word() != KIND_STATE {
        return Err(NoFrame::Kind);
    }
    let record_words = words.word();
    let with_motion = match usize::from(record_words) {
        PLAIN_WORDS => false,
        MOTION_WORDS => true,
        _ => return Err(NoFrame::Record(record_words)),
    };
    let seq = words.double();
    let sent_us = u64::from(words.double()) | u64::from(words.double()) << 32;
    if !words.0.len().is_multiple_of(usize::from(record_words) * 2) {
        return Err(NoFrame::Length(bytes.len()));
    }
    let mut pads = Vec::new();
    while !words.0.is_empty() {
        pads.push(words.pad(with_motion));
    }
    Ok(Frame { seq, sent_us, with_motion, pads })
}

/// Reads what is known to be there.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn word(&mut self) -> u16 {
        let Some((word, rest)) = self.0.split_first_chunk() else { return 0 };
        self.0 = rest;
        u16::from_le_bytes(*word)
    }

    fn double(&mut self) -> u32 {
        u32::from(self.word()) | u32::from(self.word()) << 16
    }

    fn signed<const N: usize>(&mut self) -> [i16; N] {
        std::array::from_fn(|_| self.word().cast_signed())
    }

    fn pad(&mut self, with_motion: bool) -> PadState {
        let mut pad = PadState::new(self.word());
        let flags = self.word();
        pad.connected = flags & FLAG_CONNECTED != 0;
        pad.touch_click = flags & FLAG_TOUCH_CLICK != 0;
        pad.changed_us = u64::from(self.double());
        pad.axes = self.signed();
        pad.values = self.signed();
        pad.presses = std::array::from_fn(|_| self.word());
        if with_motion {
            pad.gyro = self.signed();
            pad.accel = self.signed();
            pad.fingers = std::array::from_fn(|_| {
                let [down, x, y] = self.signed();
                Finger { down: down != 0, x, y }
            });
        }
        pad
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{array::uniform, prelude::*};

    fn pad() -> impl Strategy<Value = PadState> {
        let plain = (
            (any::<u16>(), any::<bool>(), any::<bool>(), any::<u32>()),
            (
                uniform::<_, AXES>(any::<i16>()),
                uniform::<_, BUTTONS>(any::<i16>()),
                uniform::<_, BUTTONS>(any::<u16>()),
            ),
        );
        let finger = (any::<bool>(), any::<i16>(), any::<i16>()).prop_map(|(down, x, y)| Finger { down, x, y });
        let motion = (uniform::<_, 3>(any::<i16>()), uniform::<_, 3>(any::<i16>()), uniform::<_, FINGERS>(finger));
        (plain, motion).prop_map(|(((number, connected, touch_click, at), held), (gyro, accel, fingers))| PadState {
            number,
            connected,
            touch_click,
            changed_us: at.into(),
            axes: held.0,
            values: held.1,
            presses: held.2,
            gyro,
            accel,
            fingers,
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            pads in prop::collection::vec(pad(), 0..MAX_PADS), seq: u32, sent_us: u64, with_motion: bool,
        ) {
            let snapshot = Snapshot { seq, plain_seq: seq, pads };
            let bytes = encode(&snapshot, with_motion, sent_us);
            prop_assert!(bytes.len() <= MAX_FRAME_BYTES);
            let mut expected = snapshot.pads;
            if !with_motion {
                for pad in &mut expected {
                    (pad.gyro, pad.accel, pad.fingers) = Default::default();
                }
            }
            prop_assert_eq!(decode(&bytes), Ok(Frame { seq, sent_us, with_motion, pads: expected }));
        }

        #[test]
        fn a_frame_that_is_cut_off_is_none(count in 0usize..4, cut in 1usize..16) {
            let pads = (100..).take(count).map(PadState::new).collect();
            let bytes = encode(&Snapshot { seq: 1, plain_seq: 1, pads }, false, 1);
            prop_assert!(matches!(decode(&bytes[..bytes.len() - cut]), Err(NoFrame::Length(_))));
        }

        #[test]
        fn any_bytes_can_be_tried(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            decode(&bytes).ok();
        }
    }
}
