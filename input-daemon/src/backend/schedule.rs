//! How soon the system lets the thread of the pads run once its sleep is over. On a busy machine that is most of a pad's way
//! to the socket: sleeps end up to 50 µs late to save wakes, and then a thread that draws may be in the way.
//!
//! Linux only; elsewhere threads are scheduled as the system likes.

/// Asks the system to wake this thread on time and before others. What it does not permit is left as it is: the daemon is
/// slower then, not broken.
#[cfg(target_os = "linux")]
pub(super) fn run_promptly() {
    use std::num::NonZeroU64;
    use thread_priority::unix::{RealtimeThreadSchedulePolicy, set_thread_priority_and_policy, thread_native_id};
    use thread_priority::{ThreadPriority, ThreadSchedulePolicy};

    // A sleep may end this much later than asked, in nanoseconds: prctl(2), PR_SET_TIMERSLACK.
    if let Err(error) = rustix::thread::set_current_timer_slack(NonZeroU64::new(1)) {
        tracing::debug!(%error, "sleeps end when it suits the system");
    }
    // The lowest of the real-time priorities is before all of the others. Root has them, and who is given them by
    // limits.conf(5), rtprio. The thread sleeps at every turn that finds no more reports of virtual pads,
    // so it takes the processor from nobody for long.
    let round_robin = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::RoundRobin);
    match set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, round_robin) {
        Ok(()) => tracing::debug!("the pads come before other programs"),
        Err(error) => tracing::debug!(%error, "the pads share the processor as all do"),
    }
}

/// Elsewhere the thread is scheduled as all are.
#[cfg(not(target_os = "linux"))]
pub(super) fn run_promptly() {}
