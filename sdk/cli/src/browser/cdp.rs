//! A connection to the browser: commands with answers, and the events of each page with those of its frames.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::HashMap;
use tokio::{
    net::TcpStream,
    sync::{mpsc, oneshot},
};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config, tungstenite::Message, tungstenite::protocol::WebSocketConfig,
};

/// Commands that may wait to be sent.
const ORDERS: usize = 64;
/// Events of a page that may wait to be looked at; further ones are dropped, so that a game that floods its console fills no
/// memory.
const EVENTS: usize = 512;
/// Largest message of the browser, in bytes: a picture of the screen takes a few million.
const MAX_MESSAGE_BYTES: usize = 256 << 20;

/// What can go wrong with the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CdpError {
    /// The connection is closed: the browser ended.
    Gone,
    /// The browser refused a command.
    Refused(String),
}

impl std::fmt::Display for CdpError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Gone => f.write_str("the browser is gone"),
            Self::Refused(reason) => write!(f, "the browser refused: {reason}"),
        }
    }
}

impl std::error::Error for CdpError {}

/// An event of a page or of one of its frames.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) method: String,
    pub(super) params: Value,
}

type Answer = oneshot::Sender<Result<Value, CdpError>>;

enum Order {
    Call { session: Option<String>, method: &'static str, params: Value, answer: Answer },
    Listen { session: String, events: mpsc::Sender<Event> },
}

/// A handle to the connection; cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Cdp {
    orders: mpsc::Sender<Order>,
}

impl std::fmt::Debug for Order {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Call { method, .. } => write!(f, "Call({method})"),
            Self::Listen { session, .. } => write!(f, "Listen({session})"),
        }
    }
}

impl Cdp {
    /// Connects to the address that the browser printed.
    pub(super) async fn connect(address: &str, frame_script: &'static str) -> anyhow::Result<Self> {
        let authority = address.strip_prefix("ws://").and_then(|rest| rest.split('/').next());
        let authority = authority.ok_or_else(|| anyhow::anyhow!("the browser listens at an odd address: {address}"))?;
        let stream = TcpStream::connect(authority).await?;
        stream.set_nodelay(true)?;
        let limits = WebSocketConfig::default()
            .max_message_size(Some(MAX_MESSAGE_BYTES))
            .max_frame_size(Some(MAX_MESSAGE_BYTES));
        let (socket, _) = client_async_with_config(address, stream, Some(limits)).await?;
        let (orders, incoming) = mpsc::channel(ORDERS);
        let connection =
            Connection { socket, frame_script, next: 0, pending: HashMap::new(), listeners: HashMap::new() };
        tokio::spawn(connection.run(incoming));
        Ok(Self { orders })
    }

    /// Sends a command and waits for its answer.
    pub(super) async fn call(
        &self,
        session: Option<&str>,
        method: &'static str,
        params: Value,
    ) -> Result<Value, CdpError> {
        let (answer, answered) = oneshot::channel();
        let order = Order::Call { session: session.map(str::to_owned), method, params, answer };
        self.orders.send(order).await.map_err(|_| CdpError::Gone)?;
        answered.await.map_err(|_| CdpError::Gone)?
    }

    /// From now on the events of this session and of its frames come here.
    pub(super) async fn listen(&self, session: &str) -> Result<mpsc::Receiver<Event>, CdpError> {
        let (events, heard) = mpsc::channel(EVENTS);
        let order = Order::Listen { session: session.to_owned(), events };
        self.orders.send(order).await.map_err(|_| CdpError::Gone)?;
        Ok(heard)
    }
}

struct Connection {
    socket: WebSocketStream<TcpStream>,
    frame_script: &'static str,
    next: u64,
    pending: HashMap<u64, Answer>,
    listeners: HashMap<String, mpsc::Sender<Event>>,
}

impl Connection {
    /// Ends with the browser, or when nobody has a handle any more. Whoever waits hears [`CdpError::Gone`] then.
    async fn run(mut self, mut orders: mpsc::Receiver<Order>) {
        loop {
            let sent = tokio::select! {
                order = orders.recv() => match order {
                    Some(Order::Call { session, method, params, answer }) => {
                        let id = self.send(session.as_deref(), method, params).await;
                        id.map(|id| drop(self.pending.insert(id, answer)))
                    }
                    Some(Order::Listen { session, events }) => {
                        self.listeners.insert(session, events);
                        Some(())
                    }
                    None => None,
                },
                message = self.socket.next() => match message {
                    Some(Ok(Message::Text(text))) => match serde_json::from_str(text.as_str()) {
                        Ok(message) => self.take(message).await,
                        Err(_) => None,
                    },
                    Some(Ok(_)) => Some(()),
                    Some(Err(_)) | None => None,
                },
            };
            if sent.is_none() {
                return;
            }
        }
    }

    /// The id of the command; `None` when the connection is closed.
    async fn send(&mut self, session: Option<&str>, method: &str, params: Value) -> Option<u64> {
        self.next += 1;
        let mut message = json!({ "id": self.next, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        self.socket.send(Message::text(message.to_string())).await.ok()?;
        Some(self.next)
    }

    async fn take(&mut self, mut message: Value) -> Option<()> {
        if let Some(id) = message["id"].as_u64() {
            if let Some(answer) = self.pending.remove(&id) {
                let reason = message["error"]["message"].as_str().map(|reason| CdpError::Refused(reason.to_owned()));
                // Nobody may wait any more.
                answer.send(reason.map_or_else(|| Ok(message["result"].take()), Err)).ok();
            }
            return Some(());
        }
        let session = message["sessionId"].as_str().unwrap_or_default().to_owned();
        let method = message["method"].as_str().unwrap_or_default().to_owned();
        let params = message["params"].take();
        match method.as_str() {
            "Target.attachedToTarget" if !session.is_empty() => self.attached(&session, &params).await,
            "Target.detachedFromTarget" => {
                self.listeners.remove(params["sessionId"].as_str().unwrap_or_default());
                Some(())
            }
            _ => {
                if let Some(listener) = self.listeners.get(&session) {
                    // Full: what floods is dropped.
                    listener.try_send(Event { method, params }).ok();
                }
                Some(())
            }
        }
    }

    /// A frame in another process, or a worker: it waits until it was set up. Commands are carried out in their order.
    async fn attached(&mut self, parent: &str, params: &Value) -> Option<()> {
        let session = params["sessionId"].as_str().unwrap_or_default().to_owned();
        if let Some(listener) = self.listeners.get(parent).cloned() {
            self.listeners.insert(session.clone(), listener);
        }
        if params["targetInfo"]["type"] == "iframe" {
            let auto = json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true });
            self.send(Some(&session), "Page.enable", json!({})).await?;
            let script = json!({ "source": self.frame_script });
            self.send(Some(&session), "Page.addScriptToEvaluateOnNewDocument", script).await?;
            self.send(Some(&session), "Runtime.enable", json!({})).await?;
            self.send(Some(&session), "Log.enable", json!({})).await?;
            self.send(Some(&session), "Target.setAutoAttach", auto).await?;
        }
        self.send(Some(&session), "Runtime.runIfWaitingForDebugger", json!({})).await?;
        Some(())
    }
}
