//! The sockets: accepts connections, lets in who may, and gives each a task of its own.

mod client;
mod door;
mod driver;
mod shares;

use crate::{hub::Hub, token::Token};
use door::{Door, Guest, Origin};
use shares::{Allowance, Frames};
use std::{
    io,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    sync::Semaphore,
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::protocol::{CloseFrame, WebSocketConfig, frame::coding::CloseCode},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Connections at the same time; each is a task and two small buffers.
const MAX_CLIENTS: usize = 128;
/// Longest time for a handshake: a connection that says nothing takes up a place.
const HANDSHAKE_DEADLINE: Duration = Duration::from_secs(5);
/// Largest message of a client; the longest command has about 120 bytes.
const MAX_MESSAGE_BYTES: usize = 4 * 1024;
/// What the system keeps of states that are on their way, in bytes: small, because they are stale already when they arrive.
const SEND_BUFFER: u32 = 8 * 1024;
/// Connections that wait to be accepted.
const BACKLOG: u32 = 128;
/// Pause after the system refused a connection (too many open files, say).
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Longest time to say goodbye.
const GOODBYE_DEADLINE: Duration = Duration::from_millis(500);

type Socket = WebSocketStream<TcpStream>;

/// What every connection needs.
#[derive(Debug)]
pub struct Server {
    /// The way to the pads.
    pub hub: Hub,
    /// What clients have to know.
    pub token: Token,
    /// Version of SDL, for the hello.
    pub sdl: String,
    /// Whether effects go to pads on Bluetooth, for the hello.
    pub bluetooth_effects: bool,
    /// Whether pages of this machine may drive the virtual pads; games never may.
    pub rig_for_pages: bool,
    /// Ends everything.
    pub stop: CancellationToken,
}

/// Takes a port.
///
/// # Errors
/// Any I/O error.
pub fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A restarted daemon gets its port back at once.
    socket.set_reuseaddr(true)?;
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves until told to stop, and until every connection has ended.
pub async fn serve(listener: TcpListener, server: Arc<Server>) {
    let tasks = TaskTracker::new();
    let places = Arc::new(Semaphore::new(MAX_CLIENTS));
    let frames = Frames::new();
    loop {
        let accepted = tokio::select! {
            () = server.stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                let (server, places, frames) = (Arc::clone(&server), Arc::clone(&places), frames.clone());
                tasks.spawn(async move {
                    let Ok(place) = places.try_acquire_owned() else {
                        return door::turn_away(stream).await;
                    };
                    welcome(server, stream, peer, &frames).await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection cannot be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    tasks.close();
    tasks.wait().await;
}

async fn welcome(server: Arc<Server>, stream: TcpStream, peer: SocketAddr, frames: &Frames) {
    if let Err(error) = stream.set_nodelay(true) {
        return tracing::debug!(%error, "the connection is gone already");
    }
    let config = WebSocketConfig::default()
        .max_message_size(Some(MAX_MESSAGE_BYTES))
        .max_frame_size(Some(MAX_MESSAGE_BYTES))
        .read_buffer_size(MAX_MESSAGE_BYTES)
        .write_buffer_size(0);
    let door = Door { token: &server.token, has_rig: !server.hub.rig.is_empty(), rig_for_pages: server.rig_for_pages };
    let (mut socket, guest, origin) = tokio::select! {
        () = server.stop.cancelled() => return,
        opened = timeout(HANDSHAKE_DEADLINE, door.open(stream, config)) => match opened {
            Ok(Ok(opened)) => opened,
            Ok(Err(error)) => return tracing::debug!(%peer, %error, "a connection was not let in"),
            Err(_) => return tracing::debug!(%peer, "a connection said nothing"),
        },
    };
    tracing::debug!(%peer, ?guest, ?origin, "a connection was let in");
    let end = match (guest, origin) {
        (Guest::Client, Origin::Frame) => {
            let place = frames.enter();
            tokio::select! {
                () = place.taken.cancelled() => End::Displaced,
                end = client::serve(&server, &mut socket, frames.commands()) => end,
            }
        }
        (Guest::Client, _) => client::serve(&server, &mut socket, Allowance::new(Instant::now())).await,
        (Guest::Driver, _) => driver::serve(&server, &mut socket).await,
    };
    tracing::debug!(%peer, ?end, "a connection ended");
    let code = match end {
        End::Shutdown => CloseCode::Restart,
        End::Displaced => CloseCode::Again,
        _ => CloseCode::Normal,
    };
    // Whether it is heard is the other side's affair.
    timeout(GOODBYE_DEADLINE, socket.close(Some(CloseFrame { code, reason: "".into() }))).await.ok();
}

/// Why a connection ended.
#[derive(Debug)]
enum End {
    Shutdown,
    /// A newer frame of a game has its place.
    Displaced,
    Closed,
    /// It took nothing for so long that nobody can be there.
    Silent,
    Broken(#[allow(dead_code, reason = "read by Debug in the log")] tokio_tungstenite::tungstenite::Error),
}
