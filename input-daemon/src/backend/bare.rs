//! The baseline of the bench: SDL alone, as a program that only waits for events would use it.
#![allow(unsafe_code, reason = "the edge to SDL")]

use super::{BackendError, sdl::Sdl, virtual_device::Devices};
use crate::virtual_pads::{Report, VirtualPad};
use sdl2::sys;
use std::{
    mem::MaybeUninit,
    sync::{Arc, mpsc},
    time::{Duration, Instant},
};

/// Longest single wait, so that the loop sees whether it is done.
const WAIT_MS: i32 = 100;

/// Presses and releases a button of one virtual pad at the given pauses from another thread, and gives the time from each
/// report to its event.
///
/// # Errors
/// SDL does not start.
pub fn measure(pauses: Vec<Duration>) -> Result<Vec<Duration>, BackendError> {
    let mut sdl = Sdl::start(false).map_err(BackendError::Start)?;
    let pad = Arc::new(VirtualPad::default());
    let devices = Devices::attach(&[Arc::clone(&pad)]).map_err(BackendError::Virtual)?;
    sdl.pump();
    while let Some(happening) = sdl.next() {
        if let super::Happening::Came(index) = happening {
            sdl.open(index).map_err(BackendError::Virtual)?;
        }
    }
    let (sent, times) = mpsc::channel();
    let presser = std::thread::spawn(move || {
        let mut down = false;
        for pause in pauses {
            std::thread::sleep(pause);
            down = !down;
            if sent.send(Instant::now()).is_err() || !pad.report(Report::Button(0, if down { 1.0 } else { 0.0 })) {
                break;
            }
        }
    });
    let mut latencies = Vec::new();
    while !presser.is_finished() || devices.have_reports() {
        wait_for_button(&times, &mut latencies);
    }
    // The events of the last report may still be there.
    wait_for_button(&times, &mut latencies);
    drop(devices);
    Ok(latencies)
}

/// Sleeps in SDL as long as given, with nothing to do: what looking at this many idle pads costs.
///
/// # Errors
/// SDL does not start.
pub fn idle(pads: usize, length: Duration) -> Result<(), BackendError> {
    let mut sdl = Sdl::start(false).map_err(BackendError::Start)?;
    let pads: Vec<_> = (0..pads).map(|_| Arc::new(VirtualPad::default())).collect();
    let devices = Devices::attach(&pads).map_err(BackendError::Virtual)?;
    sdl.pump();
    while let Some(happening) = sdl.next() {
        if let super::Happening::Came(index) = happening {
            sdl.open(index).map_err(BackendError::Virtual)?;
        }
    }
    let until = Instant::now() + length;
    while Instant::now() < until {
        wait();
    }
    drop(devices);
    Ok(())
}

fn wait_for_button(times: &mpsc::Receiver<Instant>, latencies: &mut Vec<Duration>) {
    let buttons =
        [sys::SDL_EventType::SDL_CONTROLLERBUTTONDOWN as u32, sys::SDL_EventType::SDL_CONTROLLERBUTTONUP as u32];
    if wait().is_some_and(|kind| buttons.contains(&kind))
        && let Ok(sent) = times.recv()
    {
        latencies.push(sent.elapsed());
    }
}

fn wait() -> Option<u32> {
    let mut event = MaybeUninit::<sys::SDL_Event>::uninit();
    // SAFETY: SDL writes the event when it says 1; its type is a number in every part of the union.
    unsafe { (sys::SDL_WaitEventTimeout(event.as_mut_ptr(), WAIT_MS) == 1).then(|| event.assume_init_ref().type_) }
}
