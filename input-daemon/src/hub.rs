//! Between the thread of the pads and the sockets: states and news go out, orders come in. Nobody waits for anybody.

use crate::{
    clock::Clock,
    model::{PadInfo, Snapshot},
    protocol::{
        messages::{Event, Refusal},
        rig::Act,
    },
    virtual_pads::VirtualPad,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    time::Duration,
};
use tokio::sync::{broadcast, oneshot, watch};
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// News that a client may be behind. One that is further behind gets the list of pads in their place.
const NEWS_KEPT: usize = 64;
/// Orders that may wait for the thread of the pads, which takes them every few hundred microseconds.
const ORDERS: usize = 256;

/// An effect on a pad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Heavy and light motor, 0 to 65,535, for how long.
    Rumble(u16, u16, Duration),
    /// Red, green, blue.
    Light(u8, u8, u8),
    /// Player index.
    Player(Option<u8>),
}

/// What the thread of the pads is asked to do.
#[derive(Debug)]
pub enum Order {
    /// An effect on the pad with this number.
    Effect(u16, Effect, Answer),
    /// Something with a virtual pad.
    Rig(usize, Act, Answer),
    /// To look now whether it was told to stop.
    Wake,
}

/// Where the answer to an order goes.
pub type Answer = oneshot::Sender<Result<(), Refusal>>;

/// The side of the sockets.
#[derive(Debug, Clone)]
pub struct Hub {
    /// The newest state; older ones are gone.
    pub states: watch::Receiver<Arc<Snapshot>>,
    /// The pads, as of the last news.
    pub infos: watch::Receiver<Arc<Vec<PadInfo>>>,
    news: broadcast::Sender<Utf8Bytes>,
    orders: mpsc::SyncSender<Order>,
    motion_clients: Arc<AtomicUsize>,
    /// The virtual pads.
    pub rig: Arc<Vec<Arc<VirtualPad>>>,
    /// The clock of all stamps.
    pub clock: Clock,
}

/// The side of the pads.
#[derive(Debug)]
pub struct Source {
    states: watch::Sender<Arc<Snapshot>>,
    infos: watch::Sender<Arc<Vec<PadInfo>>>,
    news: broadcast::Sender<Utf8Bytes>,
    orders: mpsc::Receiver<Order>,
    motion_clients: Arc<AtomicUsize>,
    /// The virtual pads.
    pub rig: Arc<Vec<Arc<VirtualPad>>>,
    /// The clock of all stamps.
    pub clock: Clock,
}

/// Both sides, with this many virtual pads.
#[must_use]
pub fn pair(virtual_pads: usize) -> (Hub, Source) {
    let (states, newest) = watch::channel(Arc::default());
    let (infos, known) = watch::channel(Arc::default());
    let (news, _) = broadcast::channel(NEWS_KEPT);
    let (send, orders) = mpsc::sync_channel(ORDERS);
    let motion_clients = Arc::new(AtomicUsize::new(0));
    let rig: Arc<Vec<_>> = Arc::new((0..virtual_pads).map(|_| Arc::default()).collect());
    let clock = Clock::start();
    let source = Source {
        states,
        infos,
        news: news.clone(),
        orders,
        motion_clients: Arc::clone(&motion_clients),
        rig: Arc::clone(&rig),
        clock,
    };
    (Hub { states: newest, infos: known, news, orders: send, motion_clients, rig, clock }, source)
}

impl Hub {
    /// News from now on.
    #[must_use]
    pub fn news(&self) -> broadcast::Receiver<Utf8Bytes> {
        self.news.subscribe()
    }

    /// Has an order carried out.
    ///
    /// # Errors
    /// What the order was refused for; [`Refusal::Busy`] when too many wait.
    pub async fn order(&self, order: impl FnOnce(Answer) -> Order) -> Result<(), Refusal> {
        let (answer, answered) = oneshot::channel();
        self.orders.try_send(order(answer)).map_err(|_| Refusal::Busy)?;
        answered.await.unwrap_or(Err(Refusal::Busy))
    }

    /// Has the thread of the pads look around at once. When its mailbox is full it is awake anyway.
    pub fn wake(&self) {
        self.orders.try_send(Order::Wake).ok();
    }

    /// Counts a client that wants motion, until the guard is dropped.
    #[must_use]
    pub fn want_motion(&self) -> WantsMotion {
        self.motion_clients.fetch_add(1, Ordering::Relaxed);
        WantsMotion(Arc::clone(&self.motion_clients))
    }
}

/// A client that wants motion.
#[derive(Debug)]
pub struct WantsMotion(Arc<AtomicUsize>);

impl Drop for WantsMotion {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Source {
    /// The next order, waited for at most this long.
    #[must_use]
    pub fn next_order(&self, wait: Duration) -> Option<Order> {
        match self.orders.recv_timeout(wait) {
            Ok(order) => Some(order),
            Err(mpsc::RecvTimeoutError::Timeout) => None,
            // A hub that is gone gives no more orders: the wait is still the pace of the pads.
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                std::thread::sleep(wait);
                None
            }
        }
    }

    /// Whether any client wants motion.
    #[must_use]
    pub fn motion_wanted(&self) -> bool {
        self.motion_clients.load(Ordering::Relaxed) > 0
    }

    /// Publishes a state.
    pub fn state(&self, snapshot: Snapshot) {
        self.states.send_replace(Arc::new(snapshot));
    }

    /// Publishes the pads.
    pub fn infos(&self, infos: Vec<PadInfo>) {
        self.infos.send_replace(Arc::new(infos));
    }

    /// Tells every client; before the state that goes with it.
    pub fn tell(&self, event: &Event) {
        // An error means that no client is there.
        self.news.send(event.json().into()).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[test]
    fn the_pace_of_the_pads_stays_when_the_sockets_are_gone() {
        let (hub, source) = pair(0);
        drop(hub);
        let (wait, began) = (Duration::from_millis(20), Instant::now());
        assert!(source.next_order(wait).is_none());
        assert!(began.elapsed() >= wait);
    }
}
