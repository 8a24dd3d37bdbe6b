//! Places for connections. Strangers may hold many, but no newcomer is ever kept waiting for one of theirs.
//!
//! A tunnel makes every stranger arrive from this very machine, so before its first request a connection cannot be told
//! from the big screen's own. Therefore nobody is refused at the door: when all places are taken, those go first that
//! have not sent a complete request, the oldest of them before the others; then strangers' requests; then strangers'
//! pages; the host's own connections never. Whoever sends its request at once gets its answer.
//!
//! Each connection says what it is doing by one atomic number ([`Place`]); a sweeper ends those that overstay.

use super::limits::Limits;
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

/// Connections that are always possible, whatever the system says.
const MIN_CONNECTIONS: usize = 16;
/// Files that are none of a connection's: standard streams, the watcher, the runtime, uploads, what is being closed.
const KEPT_FILES: u64 = 96;
/// A connection may have a second file open, the one that it is sent.
const FILES_EACH: u64 = 2;
/// Share of the places that are cleared at once when all are taken, so that looking for them costs a newcomer little.
const CLEARED_SHARE: usize = 64;
/// How often overstayed connections are looked for; sooner when the limits are shorter.
const SWEEP_EVERY: Duration = Duration::from_millis(500);

/// Asks the system for as many open files as it gives, and says how many connections that makes.
fn affordable() -> usize {
    let files = rlimit::increase_nofile_limit(u64::MAX).unwrap_or_else(|error| {
        tracing::warn!(%error, "the limit of open files cannot be raised");
        0
    });
    usize::try_from(files.saturating_sub(KEPT_FILES) / FILES_EACH).unwrap_or(usize::MAX).max(MIN_CONNECTIONS)
}

/// What a connection is doing. The order is that in which they are cleared away when all places are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u64)]
enum Phase {
    /// Has sent nothing yet.
    Fresh = 0,
    /// Between two requests.
    Idle = 1,
    /// Has sent a part of a request's headers.
    Head = 2,
    /// Its request is being read, worked on or answered.
    Serving = 3,
    /// Is a WebSocket.
    Screen = 4,
}

const PHASE_BITS: u32 = 3;

impl Phase {
    fn of(state: u64) -> Self {
        match state & ((1 << PHASE_BITS) - 1) {
            0 => Self::Fresh,
            1 => Self::Idle,
            2 => Self::Head,
            3 => Self::Serving,
            _ => Self::Screen,
        }
    }

    /// Fresh, idle and slow ones are alike: what counts is since when.
    fn rank(self) -> u8 {
        match self {
            Self::Fresh | Self::Idle | Self::Head => 0,
            Self::Serving => 1,
            Self::Screen => 2,
        }
    }
}

/// Why a connection is ended by the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Its request did not come in time.
    SlowHead,
    /// It was silent between two requests for too long.
    Idle,
    /// It does not read what it asked for.
    Stalled,
    /// Its place went to somebody else.
    Cleared,
}

/// One connection's place.
#[derive(Debug)]
pub struct Place {
    id: u64,
    /// `None` for this machine: whoever comes through a tunnel.
    peer: Option<IpAddr>,
    opened: Instant,
    /// Milliseconds after `opened` at which the phase began, and the phase. One number, so that they fit together.
    state: AtomicU64,
    /// Milliseconds after `opened`, plus one, since when the reader takes nothing; 0 while it reads.
    stalled: AtomicU64,
    of_host: AtomicBool,
    why: OnceLock<Why>,
    /// Cancelled when the connection must end.
    pub ended: CancellationToken,
}

impl Place {
    fn new(id: u64, peer: Option<IpAddr>) -> Self {
        Self {
            id,
            peer,
            opened: Instant::now(),
            state: AtomicU64::new(Phase::Fresh as u64),
            stalled: AtomicU64::new(0),
            of_host: AtomicBool::new(false),
            why: OnceLock::new(),
            ended: CancellationToken::new(),
        }
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn enter(&self, phase: Phase) {
        self.state.store(self.now_ms() << PHASE_BITS | phase as u64, Relaxed);
    }

    /// A request came, from the host or not; it is being answered until the answer is dropped.
    pub fn serving(self: &Arc<Self>, of_host: bool) -> Serving {
        self.of_host.store(of_host, Relaxed);
        self.enter(Phase::Serving);
        Serving(Arc::clone(self))
    }

    /// It became a WebSocket.
    pub fn became_screen(&self) {
        self.enter(Phase::Screen);
    }

    /// Bytes of the peer came.
    pub fn bytes_came(&self) {
        let state = self.state.load(Relaxed);
        match Phase::of(state) {
            // The time began when it connected.
            Phase::Fresh => self.state.store(state | Phase::Head as u64, Relaxed),
            Phase::Idle => self.enter(Phase::Head),
            Phase::Head | Phase::Serving | Phase::Screen => {}
        }
    }

    /// Something was to be written: it went out, or the reader takes nothing.
    pub fn wrote(&self, stalled: bool) {
        if !stalled {
            self.stalled.store(0, Relaxed);
        } else if self.stalled.load(Relaxed) == 0 {
            self.stalled.store(self.now_ms() + 1, Relaxed);
        }
    }

    /// Ends the connection.
    fn end(&self, why: Why) {
        // The first reason stands.
        self.why.get_or_init(|| why);
        self.ended.cancel();
    }

    /// Why it was ended.
    pub fn why(&self) -> Option<Why> {
        self.why.get().copied()
    }

    /// Whether a part of a request came and nothing else is going on, so that an answer can be put onto the wire.
    pub fn awaits_request(&self) -> bool {
        Phase::of(self.state.load(Relaxed)) == Phase::Head && self.stalled.load(Relaxed) == 0
    }

    fn overstayed(&self, limits: &Limits) -> Option<Why> {
        let (state, stalled, now) = (self.state.load(Relaxed), self.stalled.load(Relaxed), self.now_ms());
        let longer_than = |since: u64, limit: Duration| u128::from(now.saturating_sub(since)) > limit.as_millis();
        if stalled != 0 && longer_than(stalled - 1, limits.write_stall) {
            return Some(Why::Stalled);
        }
        let since = state >> PHASE_BITS;
        match Phase::of(state) {
            Phase::Fresh | Phase::Head if longer_than(since, limits.head) => Some(Why::SlowHead),
            Phase::Idle if longer_than(since, limits.idle) => Some(Why::Idle),
            _ => None,
        }
    }

    fn clearing_order(&self) -> Option<(u8, Instant)> {
        let state = self.state.load(Relaxed);
        let since = self.opened + Duration::from_millis(state >> PHASE_BITS);
        (!self.of_host.load(Relaxed)).then(|| (Phase::of(state).rank(), since))
    }
}

/// A request that is being answered. Dropped, its connection waits for the next one.
#[derive(Debug)]
pub struct Serving(Arc<Place>);

impl Drop for Serving {
    fn drop(&mut self) {
        // A WebSocket stays one.
        if Phase::of(self.0.state.load(Relaxed)) == Phase::Serving {
            self.0.enter(Phase::Idle);
        }
    }
}

/// All places.
#[derive(Debug)]
pub struct Connections {
    limits: Limits,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    places: HashMap<u64, Arc<Place>>,
    by_peer: HashMap<IpAddr, usize>,
}

impl Open {
    fn remove(&mut self, id: u64) {
        let Some(peer) = self.places.remove(&id).and_then(|place| place.peer) else { return };
        if let Some(count) = self.by_peer.get_mut(&peer) {
            *count -= 1;
            if *count == 0 {
                self.by_peer.remove(&peer);
            }
        }
    }

    /// Ends up to `most` of the most dispensable connections, the oldest first; of this peer only, if one is named.
    fn clear(&mut self, most: usize, peer: Option<IpAddr>) {
        let among = self.places.values().filter(|place| peer.is_none() || place.peer == peer);
        let mut order: Vec<_> = among.filter_map(|place| Some((place.clearing_order()?, place.id))).collect();
        let Some(((rank, _), _)) = order.iter().min().copied() else { return };
        order.retain(|((other, _), _)| *other == rank);
        if order.len() > most {
            order.select_nth_unstable(most);
            order.truncate(most);
        }
        for (_, id) in order {
            if let Some(place) = self.places.get(&id) {
                place.end(Why::Cleared);
            }
            self.remove(id);
        }
    }
}

impl Connections {
    /// As many places as the limits say and the system affords.
    pub fn new(limits: Limits) -> Self {
        let connections = limits.connections.min(affordable());
        Self { limits: Limits { connections, ..limits }, open: Mutex::default() }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Connections now.
    pub fn count(&self) -> usize {
        self.open().places.len()
    }

    /// Most connections at once.
    pub fn room(&self) -> usize {
        self.limits.connections
    }

    /// A place for a new connection; others lose theirs for it if they must. `None` when all are the host's own.
    pub fn admit(self: &Arc<Self>, peer: IpAddr) -> Option<Arc<Place>> {
        let peer = Some(peer.to_canonical()).filter(|peer| !peer.is_loopback());
        let mut open = self.open();
        if peer.is_some_and(|peer| open.by_peer.get(&peer).is_some_and(|count| *count >= self.limits.per_peer)) {
            open.clear(1, peer);
        }
        if open.places.len() >= self.limits.connections {
            let most = (self.limits.connections / CLEARED_SHARE).max(1);
            tracing::debug!(connections = open.places.len(), most, "all places are taken: clearing some");
            open.clear(most, None);
        }
        let full = open.places.len() >= self.limits.connections
            || peer.is_some_and(|peer| open.by_peer.get(&peer).is_some_and(|count| *count >= self.limits.per_peer));
        if full {
            return None;
        }
        open.next += 1;
        let place = Arc::new(Place::new(open.next, peer));
        open.places.insert(place.id, Arc::clone(&place));
        if let Some(peer) = peer {
            *open.by_peer.entry(peer).or_default() += 1;
        }
        Some(place)
    }

    /// The connection of this place is gone.
    pub fn leave(&self, place: &Place) {
        self.open().remove(place.id);
    }

    /// Ends some connections now, because the system has no more files.
    pub fn make_room(&self) {
        self.open().clear((self.limits.connections / CLEARED_SHARE).max(1), None);
    }

    /// Ends overstayed connections, again and again.
    pub async fn sweep(&self) {
        let shortest = self.limits.head.min(self.limits.idle).min(self.limits.write_stall);
        let mut every = tokio::time::interval(SWEEP_EVERY.min(shortest / 4).max(Duration::from_millis(1)));
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            every.tick().await;
            for place in self.open().places.values() {
                if let Some(why) = place.overstayed(&self.limits) {
                    place.end(why);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TUNNEL: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    const NEIGHBOUR: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 168, 1, 7));

    fn connections(connections: usize, per_peer: usize) -> Arc<Connections> {
        Arc::new(Connections::new(Limits { connections, per_peer, ..Limits::default() }))
    }

    fn cleared(places: &[Arc<Place>]) -> Vec<usize> {
        places.iter().enumerate().filter(|(_, place)| place.ended.is_cancelled()).map(|(n, _)| n).collect()
    }

    #[test]
    fn whoever_has_not_asked_goes_first_then_requests_then_pages_and_the_host_never() {
        let connections = connections(4, 4);
        let places: Vec<_> = (0..4).map(|_| connections.admit(TUNNEL).unwrap()).collect();
        let _host = places[0].serving(true);
        places[1].became_screen();
        let _stranger = places[2].serving(false);
        places[3].bytes_came();
        for expected in [vec![3], vec![2, 3], vec![1, 2, 3]] {
            let newcomer = connections.admit(TUNNEL).expect("a newcomer gets in");
            // Now it is a host's as well, so that it is not the next to go.
            drop(newcomer.serving(true));
            assert_eq!(cleared(&places), expected);
            assert_eq!(connections.count(), 4);
        }
        assert!(connections.admit(TUNNEL).is_none(), "all are the host's");
        assert!(places.iter().skip(1).all(|place| place.why() == Some(Why::Cleared)));
    }

    #[test]
    fn the_oldest_of_a_kind_goes_first() {
        let connections = connections(3, 3);
        let places: Vec<_> = (0..3).map(|_| connections.admit(TUNNEL).unwrap()).collect();
        std::thread::sleep(Duration::from_millis(5));
        // A first byte makes a connection no younger, an answered request does.
        places[0].bytes_came();
        drop(places[1].serving(false));
        let order = [&places[0], &places[2], &places[1]];
        let mut seen: Vec<_> = order.iter().map(|place| place.clearing_order().unwrap()).collect();
        let (first, last) = (seen[0], seen[2]);
        seen.sort();
        assert_eq!(seen[2], last, "{first:?} {last:?}");
        connections.admit(TUNNEL).unwrap();
        assert!(!places[1].ended.is_cancelled());
    }

    #[test]
    fn one_neighbour_takes_the_places_of_its_own_only() {
        let connections = connections(10, 2);
        let places: Vec<_> = (0..2).map(|_| connections.admit(NEIGHBOUR).unwrap()).collect();
        let others: Vec<_> = (0..3).map(|_| connections.admit(TUNNEL).unwrap()).collect();
        for _ in 0..5 {
            connections.admit(NEIGHBOUR).expect("its own older ones go");
        }
        assert_eq!((cleared(&places), cleared(&others)), (vec![0, 1], vec![]));
        assert_eq!(connections.count(), 5);
        let all: Vec<u64> = connections.open().places.keys().copied().collect();
        for id in all {
            connections.open().remove(id);
        }
        assert!(connections.open().by_peer.is_empty(), "nothing is kept of who is gone");
    }

    #[test]
    fn each_kind_of_waiting_has_its_limit() {
        let place = Place::new(1, None);
        let limits = |head, idle, write_stall| Limits {
            head: Duration::from_secs(head),
            idle: Duration::from_secs(idle),
            write_stall: Duration::from_secs(write_stall),
            ..Limits::default()
        };
        std::thread::sleep(Duration::from_millis(5));
        assert_eq!(place.overstayed(&limits(0, 9, 9)), Some(Why::SlowHead));
        place.bytes_came();
        assert_eq!(place.overstayed(&limits(0, 9, 9)), Some(Why::SlowHead));
        let place = Arc::new(place);
        let serving = place.serving(false);
        std::thread::sleep(Duration::from_millis(5));
        assert_eq!(place.overstayed(&limits(0, 0, 0)), None);
        place.wrote(true);
        std::thread::sleep(Duration::from_millis(5));
        assert_eq!(place.overstayed(&limits(9, 9, 0)), Some(Why::Stalled));
        place.wrote(false);
        drop(serving);
        std::thread::sleep(Duration::from_millis(5));
        assert_eq!(place.overstayed(&limits(0, 9, 0)), None);
        assert_eq!(place.overstayed(&limits(9, 0, 9)), Some(Why::Idle));
    }
}
