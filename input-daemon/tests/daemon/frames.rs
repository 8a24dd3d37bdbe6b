//! Frames for the JavaScript of docs/input-protocol.md, which `tests/decoder.test.js` reads with it. They are files, so that
//! each side is tested without the other one's tools.

use maribro_input::{
    model::{
        Snapshot,
        pad::{FULL, Finger, PadState},
    },
    protocol::frame::encode,
};
use std::path::Path;

/// Set to write the files anew after a change of the protocol, and look at what changed.
const WRITE: &str = "MARIBRO_WRITE_FRAMES";

fn snapshot() -> Snapshot {
    let mut held = PadState::new(100);
    held.connected = true;
    held.changed_us = 0x1_0000_0002;
    held.axes = [FULL, -FULL, 0, 16_384];
    for place in 0..17u16 {
        let at = usize::from(place);
        held.values[at] = if place % 2 == 0 { FULL } else { 0 };
        held.presses[at] = place;
    }
    held.values[6] = 8_192;
    held.presses[16] = 65_535;
    held.touch_click = true;
    held.gyro = [16, -16, 0];
    held.accel = [0, 8_192, -1];
    held.fingers[1] = Finger { down: true, x: FULL, y: 0 };
    let mut gone = PadState::new(103);
    gone.presses[0] = 7;
    Snapshot { seq: 0x8000_0001, plain_seq: 1, pads: vec![held, gone] }
}

#[test]
fn the_frames_that_javascript_is_tested_with_are_those_that_rust_writes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/frames");
    for (name, with_motion) in [("plain.bin", false), ("motion.bin", true)] {
        let frame = encode(&snapshot(), with_motion, 9_007_199_254_740_991);
        let file = folder.join(name);
        if std::env::var_os(WRITE).is_some() {
            std::fs::create_dir_all(&folder).expect("a folder");
            std::fs::write(&file, &frame).expect("written");
        }
        let kept = std::fs::read(&file).expect("the kept frame");
        assert_eq!(kept, frame, "{name}: the protocol changed; set {WRITE} to write it anew");
    }
}
