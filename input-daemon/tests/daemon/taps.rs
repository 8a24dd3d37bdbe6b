//! No tap is ever lost, also one that begins and ends between two frames.

use crate::harness::{Daemon, pad, place};
use maribro_input::{model::FIRST_NUMBER, protocol::frame::Frame};
use std::{collections::HashMap, time::Duration};
use tokio::task::JoinSet;

/// Pads that are tapped at the same time.
const PADS: u16 = 4;
/// Taps in the normal run.
const TAPS: usize = 1_200;
/// Taps in the full run: `cargo test -p maribro-input --test daemon -- --ignored`.
const ALL_TAPS: usize = 10_000;
/// How long a button is down.
const TAP: Duration = Duration::from_millis(1);
/// Longest pause between two taps, in microseconds.
const PAUSE_US: u64 = 3_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn taps_of_a_millisecond_at_random_times_are_counted_exactly() {
    tapped_are_counted(TAPS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes about 15 s"]
async fn ten_thousand_taps_of_a_millisecond_at_random_times_are_counted_exactly() {
    tapped_are_counted(ALL_TAPS).await;
}

#[tokio::test]
async fn taps_that_come_and_go_between_two_frames_are_counted_exactly() {
    const BURSTS: usize = 10;
    const IN_A_BURST: u16 = 40;
    let daemon = Daemon::with_pads(1).await;
    let (mut client, mut rig) = (daemon.client().await, daemon.rig().await);
    client.event("hello").await;
    let mut expected = 0;
    for _ in 0..BURSTS {
        rig.burst(0, "south", IN_A_BURST.into()).await;
        expected += IN_A_BURST;
        let frame = client.state(|frame| frame.pads[0].presses[0] >= expected).await;
        assert_eq!(frame.pads[0].presses[0], expected);
    }
}

async fn tapped_are_counted(taps: usize) {
    let daemon = Daemon::with_pads(PADS.into()).await;
    let mut client = daemon.client().await;
    let mut drivers = JoinSet::new();
    for pad in 0..PADS {
        let mut rig = daemon.rig().await;
        drivers.spawn(async move {
            let mut tapped: HashMap<&str, u64> = HashMap::new();
            for _ in 0..taps / usize::from(PADS) {
                // Triggers are analog: they count too.
                let button = ["south", "east", "up", "l2", "r1"][rand::random_range(0..5)];
                rig.button(pad.into(), button, 1.0).await;
                tokio::time::sleep(TAP).await;
                rig.button(pad.into(), button, 0.0).await;
                *tapped.entry(button).or_default() += 1;
                tokio::time::sleep(Duration::from_micros(rand::random_range(0..PAUSE_US))).await;
            }
            (FIRST_NUMBER + pad, tapped)
        });
    }
    // The client adds differences up, as the SDK does.
    let mut counted = Counted::default();
    while !drivers.is_empty() {
        tokio::select! {
            frame = client.state(|_| true) => counted.add(&frame),
            Some(done) = drivers.join_next() => counted.tapped.extend([done.expect("it taps")]),
        }
    }
    while counted.missing() > 0 {
        let (last, frame) = (counted.seq, client.state(|_| true).await);
        counted.add(&frame);
        assert!(frame.seq != last || counted.missing() == 0, "{} taps are lost: {counted:?}", counted.missing());
    }
    assert_eq!(counted.sum(), u64::try_from(taps).expect("few"));
    for (number, tapped) in &counted.tapped {
        for (button, count) in tapped {
            assert_eq!(counted.counts.get(&(*number, place(button))), Some(count), "{button} of {number}");
        }
    }
}

#[derive(Debug, Default)]
struct Counted {
    seq: u32,
    before: HashMap<(u16, usize), u16>,
    counts: HashMap<(u16, usize), u64>,
    tapped: Vec<(u16, HashMap<&'static str, u64>)>,
}

impl Counted {
    fn add(&mut self, frame: &Frame) {
        self.seq = frame.seq;
        for number in FIRST_NUMBER..FIRST_NUMBER + PADS {
            for (button, presses) in pad(frame, number).presses.iter().enumerate() {
                let before = self.before.insert((number, button), *presses).unwrap_or(0);
                let more = u64::from(presses.wrapping_sub(before));
                if more > 0 {
                    *self.counts.entry((number, button)).or_default() += more;
                }
            }
        }
    }

    fn sum(&self) -> u64 {
        self.counts.values().sum()
    }

    fn missing(&self) -> u64 {
        self.tapped.iter().flat_map(|(_, tapped)| tapped.values()).sum::<u64>().saturating_sub(self.sum())
    }
}
